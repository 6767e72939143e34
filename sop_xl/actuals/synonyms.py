"""What headers mean: the words of planners, SAP and Oracle in English, German and French."""

# ruff: noqa: SIM905 - lists of words read best as text
from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sop_xl.actuals.numbers import SYMBOLS
from sop_xl.actuals.text import name_of

KEY_WORDS: dict[str, tuple[str, ...]] = {
    "item": tuple(
        "item code|item no|item number|item|sku|material number|material no|materialnummer|material|matnr|materialnr|"
        "material nr|produktnummer|artikelnummer|artikelnr|artikel nr|artikel|article code|"
        "code article|article|product code|product id|product number|product|produit|produkt|part number|"
        "part no|part|teilenummer|reference|inventory item|segment1|item id|"
        "sachnummer|no article|ref".split("|")
    ),
    "market": tuple(
        "market|markt|marche|region|sales area|sales region|sales territory|vertriebsgebiet|verkaufsgebiet|"
        "sales organization|sales organisation|sales org|verkaufsorganisation|vkorg|"
        "distribution channel|vertriebsweg|vtweg|channel|canal|country|land|pays|territory|customer group|"
        "kundengruppe|customer|kunde|client".split("|")
    ),
    "location": tuple(
        "location|site|plant code|plant|werk|werks|usine|warehouse|lagerort|lager|entrepot|magasin|standort|depot|"
        "organization code|organization|org code|inventory organization|entity|company code|buchungskreis|bukrs|"
        "societe".split("|")
    ),
    "period": tuple(
        "period|periode|month|monat|mois|calendar month|calendar year month|kalendermonat|kalenderjahr monat|spmon|"
        "fiscal year period|geschaftsjahr periode|posting period|buchungsperiode|fiscal period|period name|gl period|"
        "periode comptable|year month|jahr monat|date|datum|posting date|buchungsdatum|budat|gl date|billing date|"
        "fakturadatum|invoice date|date facture|transaction date|ship date|actual ship date|goods issue date|"
        "calendar day|poper|monat jahr|mois annee".split("|")
    ),
    "year": ("year", "fiscal year", "calendar year", "geschaftsjahr", "jahr", "gjahr", "exercice", "annee"),
    "currency": tuple(
        "currency|currency code|curr|ccy|crcy|wahrung|waehrung|wahrg|waehrg|hauswahrung|document currency|"
        "belegwahrung|devise|monnaie|waers|waerk|functional currency".split("|")
    ),
    "unit": tuple(
        "unit|uom|unit of measure|base unit|base unit of measure|bun|sales unit|mengeneinheit|basismengeneinheit|"
        "basisme|einheit|me|unite|unite de mesure|vrkme|meins|primary uom|uom code|transaction uom".split("|")
    ),
    "measure": ("measure", "measure name", "kennzahl", "key figure", "indicateur", "line type"),
}
"""Headers of keys by field, best first."""

OWN_NAMES = frozenset({"sop status", "sop code", "sop message"})
"""Columns that the check itself writes beside a paste."""

_QUANTITY = frozenset(
    "qty quantity quantities quantite qte menge mengen units pieces pcs stuck stueck anzahl volume volumen fkimg "
    "kwmeng lfimg menge absatzmenge verkaufsmenge fakturamenge absatz".split()
)
_VALUE = frozenset(
    "value values amount wert betrag revenue revenues sales umsatz umsatze erlos erlose nettowert montant valeur "
    "ventes netwr dmbtr wrbtr turnover nettoumsatz chiffre ca nettoerlos turnover cogs opex cost".split()
)
_FILLERS = frozenset(
    "net netto nette ht actual actuals ist reel reelle total gross brut brutto in of de des du d le la les der die "
    "und and en local document invoice invoiced billed billing base month monthly monat affaires accounted entered "
    "k teur keur tusd kusd tsd thousand thousands thousand 000 000s milliers mio m the delivered shipped ordered "
    "extended transaction line to date period item verkauft verkaufte vendue vendues expediee delivery".split()
)
_SCALES = {
    **dict.fromkeys("k teur keur tusd kusd tsd thousand thousands 000 000s milliers".split(), 1000),
    **dict.fromkeys(("mio", "m"), 1_000_000),
}
_MEASURES = {
    "bookings": "booking bookings orders order ordered auftrag auftrage auftragseingang auftragsmenge commandes kwmeng",
    "shipments": "sales shipped shipments shipment invoiced billed delivered umsatz umsatze absatz ventes revenue "
    "fakturamenge faktura lieferung livraison livraisons ca chiffre fkimg lfimg turnover erlos nettoumsatz absatzmenge",
    "production": "production produced produktion fertigung produktionsmenge gutmenge fabrication",
    "receipts": "receipts receipt received wareneingang reception receptions",
    "inventory": "inventory stock stocks bestand lagerbestand onhand",
    "backlog": "backlog auftragsbestand carnet",
    "cogs": "cogs umsatzkosten",
    "opex": "opex overheads sga betriebskosten",
    "rebates": "rebates rebate bonus boni ristourne ristournes",
    "receivables": "receivables debitoren forderungen creances",
    "payables": "payables kreditoren verbindlichkeiten",
}
_MEASURE_OF = {word: measure for measure, words in _MEASURES.items() for word in words.split()}
_QUANTITY_MEASURES = frozenset(
    "bookings orders shipments production produced produktion receipts inventory stock bestand lagerbestand backlog "
    "auftragsbestand shipped".split()
)
_CURRENCIES = frozenset("usd eur gbp chf jpy cny inr cad aud sek nok dkk pln czk huf brl mxn".split())
_NAMED = re.compile(r"\b(description|desc|text|bezeichnung|name|designation|libelle|kurztext|comment|remark)\b")


@dataclass(frozen=True)
class Meaning:
    """What a header means.

    Attributes:
        field: `item`, `period`, `quantity`, `value`, ... or "" where nothing is known.
        rank: 0 for the best word of a field; more for weaker ones.
        measure: measure that the words of an amount speak of; "" where they do not.
        currency: currency named in the header of an amount.
        scale: 1000 where the header says thousands.
    """

    field: str = ""
    rank: int = 0
    measure: str = ""
    currency: str = ""
    scale: int = 1


@lru_cache(maxsize=20_000)
def meaning_of(header: str) -> Meaning:
    """Return what a header means by its words."""
    name = name_of(header)
    if not name or name in OWN_NAMES:
        return Meaning()
    for field, words in KEY_WORDS.items():
        if name in words:
            return Meaning(field, words.index(name))
    if _NAMED.search(name):
        return Meaning()
    signs = [codes[0].lower() for sign, codes in SYMBOLS.items() if sign in header and len(codes) == 1]
    return _amount([*name.split(), *signs])


def _amount(words: list[str]) -> Meaning:
    currencies = [word for word in words if word in _CURRENCIES]
    rest = [word for word in words if word not in _CURRENCIES]
    rest = [_simple(word) for word in rest]
    known = _QUANTITY | _VALUE | _FILLERS | _MEASURE_OF.keys()
    if not rest or any(word not in known for word in rest):
        return Meaning()
    measures = {_MEASURE_OF[word] for word in rest if word in _MEASURE_OF} or {""}
    measure = sorted(measures)[0] if len(measures) == 1 else _clearest(measures)
    scale = max((_SCALES[word] for word in rest if word in _SCALES), default=1)
    rank = sum(word in ("gross", "brut", "brutto") for word in rest) * 10
    if any(word in _QUANTITY for word in rest):
        return Meaning("quantity", rank, measure, "", scale)
    if any(word in _VALUE for word in rest):
        inside = [word[1:] for word in rest if word in ("teur", "keur", "tusd", "kusd")]
        currency = (currencies + inside)[0].upper() if currencies or inside else ""
        return Meaning("value", rank, measure, currency, scale)
    if any(word in _QUANTITY_MEASURES for word in rest):
        return Meaning("quantity", rank + 5, measure, "", scale)
    return Meaning()


def _simple(word: str) -> str:
    """Return a German compound by its last part: `retourenmenge` is a quantity, `auftragswert` a value."""
    if word in _QUANTITY | _VALUE or word in _MEASURE_OF:
        return word
    return next((end for end in ("menge", "wert", "betrag", "umsatz") if word.endswith(end)), word)


def _clearest(measures: set[str]) -> str:
    """Return the measure of words that name two: `sales orders` are bookings, `cost of sales` is cogs."""
    for measure in ("cogs", "bookings", "backlog", "receipts", "production", "inventory"):
        if measure in measures:
            return measure
    return ""


def measure_named(text: str) -> str:
    """Return the one measure that the words of a title or a file name speak of; "" for none or several."""
    found = {_MEASURE_OF[word] for word in name_of(text).split() if word in _MEASURE_OF}
    return found.pop() if len(found) == 1 else ""
