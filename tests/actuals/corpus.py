"""Files as exports write them, built here, each with the outcome it must have."""

# ruff: noqa: E501 - one file a row

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

OCTOBER = dt.datetime(2026, 10, 1)


@dataclass(frozen=True)
class Outcome:
    """What the check must say: status, records by class, a total, and codes that must be among those found.

    `counts` are good, fixed, warn, bad, excluded; `total` is that of `measured`, all that is not left out.
    Codes are those of remarks and of questions. With `history`, a year of shipments was committed before.
    """

    status: str
    counts: tuple[int, int, int, int, int]
    total: str
    codes: frozenset[str] = frozenset()
    measured: str = "quantity"
    answers: Mapping[str, str] = field(default_factory=dict)
    history: bool = False
    control: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class ExportFile:
    """A file by name, how its bytes are made, and its outcome."""

    name: str
    content: Callable[[], bytes]
    outcome: Outcome


def csv(text: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    return lambda: text.encode(encoding)


def xlsx(
    rows: Sequence[Sequence[Any]],
    *,
    hidden: Sequence[int] = (),
    merges: Sequence[str] = (),
    date1904: bool = False,
    formats: Mapping[int, str] | None = None,
    before: Callable[[Any, Any], None] | None = None,
) -> Callable[[], bytes]:
    """Return what makes a workbook of one sheet; text that starts with `=` and a tuple is a formula with its value."""

    def made() -> bytes:
        out = io.BytesIO()
        book = xlsxwriter.Workbook(
            out, {"in_memory": True, "default_date_format": "dd.mm.yyyy", "date_1904": date1904,
                  "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
        )  # fmt: skip
        sheet = book.add_worksheet("Data")
        styles = {column: book.add_format({"num_format": code}) for column, code in (formats or {}).items()}
        for r, line in enumerate(rows):
            for c, cell in enumerate(line):
                if isinstance(cell, tuple):
                    sheet.write_formula(r, c, cell[0], None, cell[1])
                elif cell is not None:
                    sheet.write(r, c, cell, *([styles[c]] if c in styles and r else []))
        for r in hidden:
            sheet.set_row(r, None, None, {"hidden": True})
        for area in merges:
            first = area.split(":")[0]
            column, line = ord(first[0]) - 65, int(first[1:]) - 1
            sheet.merge_range(area, rows[line][column])
        if before:
            before(book, sheet)
        book.close()
        return out.getvalue()

    return made


def outcome(status: str, counts: str, total: str, codes: str = "", **more: Any) -> Outcome:
    return Outcome(status, tuple(map(int, counts.split())), total, frozenset(codes.split()), **more)  # type: ignore[arg-type]


EURO = {"answers": {"P20:Currency": "EUR"}}
DAY = {"answers": {"P05:Datum": "day first"}}
FILES: tuple[ExportFile, ...] = tuple(
    ExportFile(name, content, found)
    for name, content, found in (
        # ---- SAP
        ("sap_trailing_minus.csv", csv("Material;Werk;Buchungsdatum;Menge;ME\nA100;DE01;31.10.2026;1.234,500-;ST\nA200;DE01;15.10.2026;12,000;ST\n"),
         outcome("green", "0 2 0 0 0", "-1222.5", "P02 P01 P05")),
        ("sap_list_with_rules.txt", csv("Umsatzbericht\n\n-----|-----|-----\nMaterial|Monat|Menge\n-----|-----|-----\nA100|2026-10|5\nA200|2026-10|7\n-----|-----|-----\n*|Summe|12\n"),
         outcome("green", "2 0 0 0 3", "12", "P12 P13")),
        ("sap_period_3_digits.csv", csv("Material;Geschäftsjahr/Periode;Absatzmenge\nA100;010.2026;5\nA200;010.2026;6\n"),
         outcome("green", "0 2 0 0 0", "11", "P05")),
        ("sap_year_and_period.csv", csv("MATNR;GJAHR;POPER;FKIMG\nA100;2026;010;5\nA200;2026;010;6\n"), outcome("green", "2 0 0 0 0", "11")),
        ("sap_group_layout.csv", csv("Werk;Material;Monat;Menge\nDE01;A100;2026-10;5\n;A200;2026-10;6\n;A300;2026-10;7\nUS01;00123;2026-10;1\n"),
         outcome("amber", "2 0 2 0 0", "19", "P36", answers={"P36:Werk": "fill down"})),
        ("sap_half_converted.xlsx", xlsx([["Material", "Monat", "Menge"], ["A100", OCTOBER, 5], ["A200", OCTOBER, "1.234,5-"], ["A300", OCTOBER, 7]]),
         outcome("amber", "2 0 1 0 0", "-1222.5", "P03 P02")),
        ("sap_credit_signs.csv", csv("Material;Monat;Umsatz;Währung\nA100;2026-10;100,50-;EUR\nA200;2026-10;20,00-;EUR\nA300;2026-10;30,00-;EUR\n"),
         outcome("green", "0 3 0 0 0", "150.5", "P28 P02", measured="value", answers={"P28:Umsatz": "flip"})),
        ("sap_tab_utf16.xls", csv("Material\tMonat\tMenge\r\nA100\t2026-10\t5\r\n00123\t2026-10\t6\r\n", "utf-16"), outcome("green", "2 0 0 0 0", "11")),
        ("sap_lost_zeros.csv", csv("Material,Month,Qty\n123,2026-10,5\nA100,2026-10,1\n"), outcome("amber", "1 0 1 0 0", "6", "P09")),
        ("sap_zeros_shown.xlsx", xlsx([["Material", "Monat", "Menge"], [123, OCTOBER, 5]], formats={0: "00000"}), outcome("green", "1 0 0 0 0", "5")),
        ("sap_ambiguous_zeros.csv", csv("Material,Month,Qty\n42,2026-10,5\nA100,2026-10,1\n"), outcome("red", "1 0 0 1 0", "6", "P10")),
        ("sap_overall_result.csv", csv("Material;Monat;Menge\nGesamtergebnis;;18\nA100;2026-10;5\nA200;2026-10;13\n"), outcome("green", "2 0 0 0 1", "18", "P12")),
        # ---- Oracle
        ("oracle_crosstab.csv", csv("Item,OCT-26,SEP-26,AUG-26\nA100,5,,\nA200,6,1,2\n"), outcome("amber", "4 0 0 0 2", "14", "P37 P16")),
        ("oracle_months_and_kinds.xlsx", xlsx([["Item", "Oct 2026", None], [None, "Qty", "Amount"], ["A100", 5, 50], ["A200", 6, 60]], merges=["B1:C1"]),
         outcome("amber", "2 0 0 0 0", "11", "P37 P11", **EURO)),
        ("kinds_with_months.csv", csv("Item code,Description,Sales qty 2026-10,Sales qty 2026-09\nA100,Part,5,6\n"),
         outcome("amber", "2 0 0 0 0", "11", "P37")),
        ("oracle_gl_period.csv", csv("Inventory Item,Period Name,Transaction UOM,Quantity\nA100,Oct-26,Ea,5\nA200,Oct-26,Ea,6\n"), outcome("green", "0 2 0 0 0", "11", "P05")),
        ("oracle_dates.csv", csv("Item,GL Date,Quantity\nA100,05-OCT-26,5\nA200,31-OCT-26,6\n"), outcome("green", "0 2 0 0 0", "11", "P05")),
        ("oracle_cr_dr.csv", csv("Item,Month,Amount,Currency\nA100,2026-10,120.50 CR,EUR\nA200,2026-10,20.00 DR,EUR\n"),
         outcome("green", "0 2 0 0 0", "-100.5", "P02", measured="value")),
        ("oracle_pivot_with_totals.xlsx", xlsx([["Item", "2026-09", "2026-10", "Total"], ["A100", 1, 5, 6], ["A200", 2, 6, 8], ["Total", 3, 11, 14]]),
         outcome("amber", "4 0 0 0 2", "14", "P37 P12")),
        # ---- German, Swiss, Indian, French
        ("german.csv", csv("Artikelnummer;Monat;Menge;Umsatz;Währung\nA100;Okt 2026;1;10,50;EUR\nA200;Oktober 2026;100;1.000,00;EUR\n", "cp1252"),
         outcome("green", "0 2 0 0 0", "1010.5", "P01", measured="value")),
        ("german_dates_asked.csv", csv("Artikel;Datum;Menge\nA100;01.10.2026;5\nA200;02.10.2026;6\n"), outcome("blocked", "0 0 0 2 0", "11", "P05")),
        ("german_dates_answered.csv", csv("Artikel;Datum;Menge\nA100;01.10.2026;5\nA200;02.10.2026;6\n"), outcome("green", "0 2 0 0 0", "11", "P05", **DAY)),
        ("german_thousands_asked.csv", csv("Artikel;Monat;Menge\nA100;2026-10;1.234\nA200;2026-10;999\n"), outcome("blocked", "1 0 0 1 0", "999", "P04")),
        ("german_thousands_answered.csv", csv("Artikel;Monat;Menge\nA100;2026-10;1.234\nA200;2026-10;999\n"),
         outcome("green", "1 1 0 0 0", "2233", "P01", answers={"P04:Menge": "comma"})),
        ("swiss.csv", csv("Artikel;Monat;Umsatz;Währung\nA100;2026-10;1'234.50;EUR\nA200;2026-10;1’000’000.05;EUR\n"),
         outcome("green", "0 2 0 0 0", "1001234.55", "P01", measured="value")),
        ("swiss_no_cents.csv", csv("Artikel;Monat;Umsatz EUR\nA100;2026-10;1'234.–\nA200;2026-10;12.50-\n"), outcome("green", "0 2 0 0 0", "1221.5", "P01 P02", measured="value")),
        ("german_no_cents.csv", csv("Artikel;Monat;Umsatz EUR\nA100;2026-10;1.234,-\nA200;2026-10;12,--\n"), outcome("green", "0 2 0 0 0", "1246", "P01", measured="value")),
        ("signs_for_currencies.csv", csv("Item,Month,Sales\nA100,2026-10,\"($1,000.00)\"\nA200,2026-10,$5.00\n"), outcome("green", "0 2 0 0 0", "-995", "P01 P02 P20", measured="value")),
        ("sign_in_the_header.csv", csv("Artikel;Monat;Umsatz in €\nA100;2026-10;12,50\n", "cp1252"), outcome("green", "0 1 0 0 0", "12.5", "P01", measured="value")),
        ("some_signs.csv", csv("Item,Month,Sales\nA100,2026-10,$5.00\nA200,2026-10,6.00\n"), outcome("blocked", "1 1 0 0 0", "11", "P20", measured="value")),
        ("signs_against_the_column.csv", csv("Item,Month,Sales,Currency\nA100,2026-10,£5.00,EUR\nA200,2026-10,€6.00,EUR\n"), outcome("red", "0 1 0 1 0", "11", "P24", measured="value")),
        ("indian.csv", csv("Item,Month,Value,Currency\nA100,2026-10,\"12,34,567.50\",EUR\nA200,2026-10,\"1,00,000.00\",EUR\n"),
         outcome("green", "0 2 0 0 0", "1334567.5", "P01", measured="value")),
        ("french.csv", csv("Référence;Mois;Quantité;Chiffre d'affaires HT;Devise\nA100;octobre 2026;100;1\u202f234,50;EUR\nA200;oct. 2026;2;20,00;EUR\n"),
         outcome("green", "0 2 0 0 0", "1254.5", "P01 P05", measured="value")),
        ("nbsp_groups.csv", csv("Item;Month;Qty\nA100\u00a0;2026-10;1\u00a0234,5\nA200;2026-10;5\n"), outcome("green", "1 1 0 0 0", "1239.5", "P31 P01")),
        ("mixed_locales.csv", csv("Item;Month;Qty\nA100;2026-10;1.5\nA200;2026-10;2,5\n"), outcome("blocked", "1 1 0 0 0", "4", "P01")),
        ("mixed_locales_answered.csv", csv("Item;Month;Qty\nA100;2026-10;1.5\nA200;2026-10;2,5\n"),
         outcome("red", "1 0 0 1 0", "1.5", "P34", answers={"P04:Qty": "dot"})),
        ("arabic_digits.csv", csv("Item;Month;Qty\nA100;2026-10;٣٤\n"), outcome("green", "0 1 0 0 0", "34")),
        ("euro_signs.csv", csv("Item;Month;Value;Currency\nA100;2026-10;1.234,50 €;EUR\n"), outcome("green", "0 1 0 0 0", "1234.5", "P01", measured="value")),
        ("dollar_sign_in_euro_row.csv", csv("Item,Month,Value,Currency\nA100,2026-10,$12.50,EUR\n"), outcome("red", "0 0 0 1 0", "12.5", "P24", measured="value")),
        # ---- encodings and separators
        ("utf8_bom.csv", csv("Item,Month,Qty\nA100,2026-10,5\n", "utf-8-sig"), outcome("green", "1 0 0 0 0", "5")),
        ("utf16_be.csv", csv("\ufeffItem,Month,Qty\nA100,2026-10,5\n", "utf-16-be"), outcome("green", "1 0 0 0 0", "5")),
        ("utf16_without_mark.csv", csv("Item,Month,Qty\nA100,2026-10,5\n", "utf-16-le"), outcome("green", "1 0 0 0 0", "5")),
        ("pipe.txt", csv("Item|Month|Qty\nA100|2026-10|5\n"), outcome("green", "1 0 0 0 0", "5")),
        ("sep_line.csv", csv("sep=;\nItem;Month;Qty\nA100;2026-10;5\n"), outcome("green", "1 0 0 0 0", "5")),
        ("quoted_newlines.csv", csv('Item,"Month\n(calendar)",Qty,Comment\nA100,2026-10,5,"two\nlines"\n'), outcome("blocked", "0 0 0 1 0", "5", "P20")),
        ("carriage_returns.csv", csv("Item,Month,Qty\rA100,2026-10,5\r"), outcome("green", "1 0 0 0 0", "5")),
        # ---- headers
        ("titles_above.xlsx", xlsx([["Sales report"], ["Company", "Demo"], [None], ["Item", "Month", "Qty"], ["A100", OCTOBER, 5]]), outcome("green", "1 0 0 0 0", "5")),
        ("merged_headers.xlsx", xlsx([["Item", "Month", "Sales", None], [None, None, "Qty", "Value"], ["A100", OCTOBER, 5, 50]], merges=["C1:D1"]),
         outcome("green", "1 0 0 0 0", "5", "P11", **EURO)),
        ("two_measures_across.xlsx", xlsx([["Item", "Month", "Sales", "Production"], [None, None, "Qty", "Qty"], ["A100", OCTOBER, 5, 6]]),
         outcome("green", "2 0 0 0 0", "11", "P11")),
        ("repeated_header.csv", csv("Item,Month,Qty\nA100,2026-10,5\nItem,Month,Qty\nA200,2026-10,6\n"), outcome("green", "2 0 0 0 1", "11", "P12")),
        ("duplicate_header.csv", csv("Item,Month,Qty,Qty\nA100,2026-10,5,6\n"), outcome("blocked", "1 0 0 0 0", "5", "P19")),
        ("no_header.csv", csv("A100,2026-10,5\nA200,2026-10,6\n"), outcome("blocked", "0 0 0 0 0", "")),
        ("footnote.csv", csv("Item,Month,Qty\nA100,2026-10,5\n,,\nSource: SAP BW as of yesterday,,\n"), outcome("green", "1 0 0 0 2", "5", "P13")),
        # ---- totals
        ("subtotals.csv", csv("Market,Item,Month,Qty\nNorth,A100,2026-10,5\nNorth,A200,2026-10,6\nNorth Total,,,11\nSouth,A100,2026-10,7\nSouth Total,,,7\nGrand Total,,,18\n"),
         outcome("green", "3 0 0 0 3", "18", "P12")),
        ("total_off.csv", csv("Item,Month,Qty\nA100,2026-10,5\nTotal,,6\n"), outcome("amber", "1 0 1 0 0", "5", "P12")),
        # ---- dates
        ("serial_dates.csv", csv("Item,Date,Qty\nA100,46296,5\nA200,46300,6\n"), outcome("green", "0 2 0 0 0", "11", "P06")),
        ("book_1904.xlsx", xlsx([["Item", "Month", "Qty"], ["A100", OCTOBER, 5]], date1904=True), outcome("green", "1 0 0 0 0", "5")),
        ("serials_of_1904.csv", csv("Item,Date,Qty\nA100,44834,5\nA200,44834,6\n"), outcome("amber", "0 0 2 0 0", "11", "P06 P07", answers={"P07:Date": "shift"})),
        ("compact_dates.csv", csv("Item,Date,Qty\nA100,20261005,5\nA200,202610,6\n"), outcome("green", "2 0 0 0 0", "11")),
        ("us_dates.csv", csv("Item,Date,Qty\nA100,10/05/2026,5\nA200,10/25/2026,6\n"), outcome("green", "0 2 0 0 0", "11", "P05")),
        ("impossible_dates.csv", csv("Item,Month,Qty\nA100,2026-10,5\nA200,2026-13,6\nA300,30.02.2026,7\n"), outcome("red", "1 0 0 2 0", "18", "P08")),
        ("february_29_1900.xlsx", xlsx([["Item", "Month", "Qty"], ["A100", 60, 5], ["A200", OCTOBER, 6]]), outcome("red", "1 0 0 1 0", "11", "P08")),
        # ---- keys, duplicates, restatements
        ("duplicate_rows.csv", csv("Item,Month,Qty\nA100,2026-10,5\nA100,2026-10,5\n"), outcome("red", "1 0 0 1 0", "10", "P17")),
        ("daily_lines_summed.csv", csv("Item,Date,Qty\nA100,2026-10-05,5\nA100,2026-10-06,6\n"), outcome("green", "0 2 0 0 0", "11", "P18", answers={"P18:rows": "sum"})),
        ("daily_lines.csv", csv("Item,Date,Qty\nA100,2026-10-05,5\nA100,2026-10-06,6\n"), outcome("red", "0 0 0 2 0", "11", "P18")),
        ("cyrillic.csv", csv("Item,Month,Qty\n\u0410100,2026-10,5\nA200,2026-10,6\n"), outcome("red", "1 0 0 1 0", "11", "P31")),
        ("full_width.csv", csv("Item,Month,Qty\nＡ１００,2026-10,5\n"), outcome("green", "0 1 0 0 0", "5", "P31")),
        ("zero_width.csv", csv("Item,Month,Qty\nA1\u200b00,2026-10,5\n"), outcome("green", "0 1 0 0 0", "5", "P31")),
        ("codes_that_look_like_values.csv", csv("Item,Month,Qty\n00123,2026-10,1\n1E5,2026-10,1\nTRUE,2026-10,1\nNA,2026-10,1\nnan,2026-10,1\nnull,2026-10,1\n-,2026-10,1\n=A1,2026-10,1\n+A,2026-10,1\n@x,2026-10,1\n"),
         outcome("green", "10 0 0 0 0", "10")),
        ("names_for_codes.csv", csv("Item,Region,Month,Qty\nA100,northern region,2026-10,5\n"), outcome("green", "0 1 0 0 0", "5", "P10")),
        # ---- rest
        ("errors.xlsx", xlsx([["Item", "Month", "Qty"], ["A100", OCTOBER, ("=NA()", "#N/A")], ["A200", OCTOBER, 6]]), outcome("red", "1 0 0 1 0", "6", "P15 P32")),
        ("formulas.xlsx", xlsx([["Item", "Month", "Qty"], ["A100", OCTOBER, ("=2+3", 5)], ["A200", OCTOBER, 6]]), outcome("amber", "1 0 1 0 0", "11", "P32")),
        ("hidden_rows.xlsx", xlsx([["Item", "Month", "Qty"], ["A100", OCTOBER, 5], ["A200", OCTOBER, 6]], hidden=[2]), outcome("amber", "1 0 1 0 0", "11", "P14")),
        ("truncated_65536.csv", csv("Item,Month,Qty\n" + "".join(f"A100,2026-10,{k}\n" for k in range(3)) + "\n" * 65531 + "A200,2026-10,1\n"),
         outcome("blocked", "1 0 0 3 65531", "4", "P18 P13 P38")),
        ("text_in_amounts.csv", csv("Item,Month,Qty\nA100,2026-10,n/a\nA200,2026-10,tbd\nA300,2026-10,5%\n00123,2026-10,4\n"), outcome("red", "1 0 0 3 0", "4", "P34")),
        ("percentages.xlsx", xlsx([["Item", "Month", "Qty"], ["A100", OCTOBER, 0.05], ["A200", OCTOBER, 7]], formats={2: "0.0%"}), outcome("red", "0 0 0 2 0", "0", "P34")),
        ("boolean_amount.xlsx", xlsx([["Item", "Month", "Qty"], ["A100", OCTOBER, True], ["A200", OCTOBER, 6]]), outcome("red", "1 0 0 1 0", "6", "P34")),
        ("units.csv", csv("Item,Month,Qty,UoM\nA100,2026-10,5,CS\nA200,2026-10,6,PCS\n"), outcome("green", "1 1 0 0 0", "66", "P26", answers={"P26:CS": "12"})),
        ("teur.csv", csv("Item;Month;Value (TEUR)\nA100;2026-10;5\n"), outcome("green", "0 1 0 0 0", "5000", "P27", measured="value", answers={"P27:Value (TEUR)": "multiply by 1,000"})),
        ("chf_without_rate.csv", csv("Item,Month,Value,Currency\nA100,2026-10,5,CHF\n"), outcome("blocked", "1 0 0 0 0", "5", "P25", measured="value")),
        ("empty_amounts.csv", csv("Item,Month,Qty\nA100,2026-10,\nA200,2026-10,0\n"), outcome("amber", "1 0 1 0 0", "0", "P16")),
        ("item_missing.csv", csv("Item,Month,Qty\n,2026-10,4\nA200,2026-10,1\n"), outcome("red", "1 0 0 1 0", "5", "P10")),
        # ---- against what was committed, and against what finance says
        ("month_to_come.csv", csv("Item,Month,Qty\nA100,2026-12,5\nA200,2026-12,6\n"), outcome("blocked", "2 0 0 0 0", "11", "P21")),
        ("restated_september.csv", csv("Measure,Item,Market,Location,Month,Qty,Value,Currency\nshipments,A100,North,DE01,2026-09,107,1070,EUR\n"
                                       + "".join(f"shipments,{i},North,DE01,2026-10,{q},{10 * q},EUR\n" for i, q in (("A100", 100), ("A200", 50), ("A300", 10), ("00123", 20)))),
         outcome("amber", "4 0 1 0 0", "287", "P22", history=True)),
        ("few_rows.csv", csv("Measure,Item,Market,Location,Month,Qty,Value,Currency\nshipments,A100,North,DE01,2026-10,101,1010,EUR\n"), outcome("amber", "1 0 0 0 0", "101", "P23", history=True)),
        ("outlier.csv", csv("Measure,Item,Market,Location,Month,Qty\nshipments,A100,North,DE01,2026-10,12000\nshipments,A200,North,DE01,2026-10,51\nshipments,A300,North,DE01,2026-10,11\nshipments,00123,North,DE01,2026-10,20\n"),
         outcome("amber", "3 0 1 0 0", "12082", "P27 P29", history=True)),
        ("price_off_the_list.csv", csv("Item,Month,Qty,Value,Currency\nA100,2026-10,10,300,EUR\nA200,2026-10,10,100,EUR\n"), outcome("amber", "1 0 1 0 0", "20", "P30")),
        ("control_characters.xlsx", xlsx([["Item", "Month", "Qty"], ["A1\x0100", OCTOBER, 5]]), outcome("green", "0 1 0 0 0", "5", "P35")),
        ("known_already.csv", csv("Measure,Item,Market,Location,Month,Qty,Value,Currency\nshipments,A100,North,DE01,2026-09,102,1020,EUR\n"), outcome("blocked", "1 0 0 0 0", "102", "P40", history=True)),
        ("digits_swapped.csv", csv("Item,Month,Value,Currency\nA100,2026-10,1204118.37,EUR\n"),
         outcome("blocked", "1 0 0 0 0", "1204118.37", "P39", measured="value", control={"value": Decimal("1204181.37")})),
        ("stray_formats.xlsx", xlsx([["Item", "Month", "Qty"], ["A100", OCTOBER, 5]], before=lambda book, sheet: sheet.write_blank(1048575, 16383, None, book.add_format({"bold": True}))),
         outcome("green", "1 0 0 0 0", "5")),
    )
)  # fmt: skip
