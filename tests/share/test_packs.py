"""Packs of a small company: who gets what, and that nobody gets more."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import openpyxl
import pytest
from pypdf import PdfReader

from sop_xl.domain.errors import InvalidInputError, SopError
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.parse import read_table
from sop_xl.services.compute import silent
from sop_xl.services.pack_delivery import letters_of, store
from sop_xl.services.packs import PackWish, csv_files, make_packs, protected
from sop_xl.share.figure_words import figure_words, units_words
from sop_xl.share.form import ABOUT_SHEET, CODE_HEADER
from sop_xl.share.leaks import LeakError
from sop_xl.template.packs.printer import PackPrinter
from tests.services.pastes import memory_of
from tests.share.pack_company import ROWS, company_with, of, packs_in


@pytest.fixture(scope="module")
def packs(tmp_path_factory):
    return packs_in(tmp_path_factory.mktemp("packs"))


def sheet(pack, name):
    return openpyxl.load_workbook(BytesIO(pack.content))[name]


def table(pack, name):
    rows = list(sheet(pack, name).iter_rows(values_only=True))
    top = next(k for k, row in enumerate(rows) if CODE_HEADER in row)
    header = rows[top]
    place = header.index(CODE_HEADER)
    return [dict(zip(header, row, strict=True)) for row in rows[top + 1 :] if row[place]]


def frame(name):
    declared = TABLE_BY_NAME[name]
    return conform(declared, read_table(declared, company_with().read_cells(declared)).frame)


def everything(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")


def test_each_recipient_gets_a_file_and_executives_a_page_too(packs):
    assert [(p.recipient.recipient, p.record.kind) for p in packs.made] == [
        ("=Bob", "form"),
        ("Ann", "form"),
        ("Boss", "executive"),
        ("Boss", "summary"),
        ("Buyer", "form"),
        ("Fay", "form"),
        ("P1 team", "form"),
    ]


def test_a_form_holds_only_its_recipients_rows(packs):
    ann, bob = (table(of(packs, name), "Sales forecast") for name in ("Ann", "=Bob"))
    assert {row["Market"] for row in ann} == {"East"}
    assert {row["Market"] for row in bob} == {"North", "Web"}
    assert {row["Item"] for row in bob} <= {"CH-1", "CH-2", "CH-3"}
    assert {row["Resource"] for row in table(of(packs, "P1 team"), "Capacity")} == {"ASM-P1", "MILL"}
    assert {row["Item"] for row in table(of(packs, "Buyer"), "Suppliers")} == {"WOOD"}


def test_the_form_asks_what_the_ledger_keeps(packs):
    pack = of(packs, "Ann")
    forecast = frame("forecast")
    rows = table(pack, "Sales forecast")
    assert len(rows) == pack.record.form.row_count == len(pack.record.rows)
    month = forecast["period"].astype(str)
    for row, kept in zip(rows, pack.record.rows, strict=True):
        assert row["Item"] == kept.key["item"]
        said = forecast[forecast["item"].eq(row["Item"]) & forecast["market"].eq("East") & month.eq(kept.key["period"])]
        assert row["Consensus"] == pytest.approx(said["consensus"].item(), abs=1e-6)


def test_no_byte_of_margin_or_cost_is_in_a_form_without_that_column(packs):
    """T167: figures with a fraction, which no count or quantity can be by chance, in any part of the file."""
    costs, plan = frame("item_costs"), frame("family_plan")
    margins = (costs["net_price"] - costs["standard_cost"]).dropna()
    money = {*plan["revenue"].dropna(), *plan["cogs"].dropna(), *(plan["revenue"] - plan["cogs"]).dropna(), *margins}
    texts = {f"{value:.4f}".rstrip("0").rstrip(".") for value in money if abs(value) >= 10 and value != round(value)}
    assert len(texts) > 20
    for name in ("Ann", "P1 team", "Buyer"):
        content = everything(of(packs, name).content)
        assert [text for text in texts if re.search(rf"(?<![\d.]){re.escape(text)}(?![\d.])", content)] == []
    # The search finds them where they belong.
    assert sum(text in everything(of(packs, "Fay").content) for text in texts) > 5


def test_names_of_others_are_in_no_part(packs):
    ann, bob = (everything(of(packs, name).content) for name in ("Ann", "=Bob"))
    assert "South" not in ann
    assert "Web" not in ann
    assert "Desk" not in bob
    assert "Steel Co" not in everything(of(packs, "Buyer").content)


def test_a_column_is_seen_by_whom_the_table_names_it_for(packs):
    assert "Margin" in table(of(packs, "=Bob"), "Sales forecast")[0]
    assert "Margin" not in table(of(packs, "Ann"), "Sales forecast")[0]


def test_text_like_a_formula_stays_text(packs):
    page = sheet(of(packs, "=Bob"), ABOUT_SHEET)
    found = next(cell for row in page.iter_rows() for cell in row if cell.value == "=Bob")
    assert found.data_type == "s"
    assert found.quotePrefix


def test_sums_are_formulas_with_their_results(packs):
    pack = of(packs, "Ann")
    book = openpyxl.load_workbook(BytesIO(pack.content), data_only=True)
    rows = table(pack, "Sales forecast")
    totals = [c.value for c in next(r for r in book["How to answer"].iter_rows() if r[0].value == "Total")]
    assert totals[1] == pytest.approx(sum(row["Consensus"] for row in rows))
    formulas = [c.value for r in sheet(pack, "How to answer").iter_rows() for c in r if str(c.value).startswith("=")]
    assert any(f.startswith("=SUMIFS(") for f in formulas)


def test_only_the_cells_to_fill_are_unlocked(packs):
    page = sheet(of(packs, "Ann"), "Sales forecast")
    header = [cell.value for cell in page[7]]
    unlocked = {name for name, cell in zip(header, page[8], strict=True) if not cell.protection.locked}
    assert unlocked == {"Your forecast", "Reason", "Comment"}
    assert any("Promotion" in str(rule.formula1) for rule in page.data_validations.dataValidation)


def test_the_page_tells_the_same_figures_as_the_workbook(packs):
    """T168: tiles, plan by site, changes and decisions, each figure of the PDF from a cell of the workbook."""
    workbook = openpyxl.load_workbook(BytesIO(of(packs, "Boss").content), data_only=True)
    words = PdfReader(BytesIO(of(packs, "Boss", ".pdf").content)).pages[0].extract_text()
    plain = " ".join(words.split())
    summary = workbook["Summary"]
    for column in range(1, 13, 2):
        label, value = summary.cell(5, column).value, summary.cell(6, column).value
        look = summary.cell(6, column).number_format
        unit = "%" if "%" in look else re.search(r"([A-Za-z]+)\"$", look).group(1)
        assert label in plain
        assert figure_words(value, unit) in plain
    for row in workbook["Plan by site"].iter_rows(min_row=8, values_only=True):
        if row[0] not in (None, "Total"):
            assert all(units_words(value) in plain for value in row[2:] if value)
    for row in workbook["What changed"].iter_rows(min_row=5, max_col=2, values_only=True):
        if row[1]:
            assert row[1].split(";")[0].split(":")[0] in plain
    assert len(PdfReader(BytesIO(of(packs, "Boss", ".pdf").content)).pages) == 1


def test_the_executive_pack_has_native_charts_contents_and_formulas_to_nudge(packs):
    content = of(packs, "Boss").content
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert len([n for n in archive.namelist() if n.startswith("xl/charts/chart")]) >= 5
    book = openpyxl.load_workbook(BytesIO(content))
    links = {cell.hyperlink.location for row in book["Summary"].iter_rows() for cell in row if cell.hyperlink}
    assert len(links) == len(book.sheetnames) - 1
    assert any(str(c.value).startswith("=E8*(1+B8") for r in book["What if"].iter_rows() for c in r)


def test_checks_of_the_pack_hold(packs):
    found = [
        row[5].value
        for row in openpyxl.load_workbook(BytesIO(of(packs, "Boss").content), data_only=True)["Checks"].iter_rows(
            min_row=6
        )
    ]
    assert set(filter(None, found)) == {"● yes"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({**ROWS[0], "markets": "Easst"}, "Markets names 'Easst', which there is not"),
        ({**ROWS[0], "columns": "marginn"}, "It may name: .*margin"),
        ({**ROWS[0], "address": "ann@chairs.example, bob@x.example"}, "is no mail address"),
        ({**ROWS[5], "items": "Chairs"}, "an executive sees the whole plan"),
        ({**ROWS[2], "columns": "margin"}, "Columns names 'margin'"),
    ],
)
def test_a_table_of_recipients_with_faults_makes_nothing(tmp_path, row, message):
    with pytest.raises(InvalidInputError, match=message):
        packs_in(tmp_path, rows=(row,))


def test_nobody_is_guessed(tmp_path):
    with pytest.raises(SopError, match="has no 'Zoe'"):
        packs_in(tmp_path, PackWish(recipients=("Zoe",)))
    with pytest.raises(SopError, match="Nobody"):
        packs_in(tmp_path, PackWish(roles=("finance",)), rows=ROWS[:1])


def test_a_printer_that_leaks_is_stopped(tmp_path):
    class Careless(PackPrinter):
        def form(self, content, secret):
            made = openpyxl.load_workbook(BytesIO(super().form(content, secret)))
            made["About"].sheet_state = "veryHidden"
            out = BytesIO()
            made.save(out)
            return out.getvalue()

    workbook = company_with()
    with memory_of(workbook, tmp_path) as memory, pytest.raises(LeakError, match="hidden-sheet"):
        make_packs(workbook, memory, Careless(), PackWish(roles=("sales",)), silent)


def test_what_left_is_in_the_ledger_before_it_is_in_the_folder(tmp_path):
    workbook = company_with()
    written = {}
    with memory_of(workbook, tmp_path) as memory:
        made = make_packs(workbook, memory, PackPrinter(), PackWish(), silent)
        store(made, tmp_path / "out", memory, written.__setitem__)
        kept = memory.ledger.packs()
        assert [p.sha256 for p in kept] == [p.record.sha256 for p in made.made]
        assert len({p.form.form_id for p in kept}) == 7
        ann = kept[0].form
        rows = memory.ledger.pack_rows(ann.form_id)
        assert memory.ledger.pack_of_code(rows[0].code(memory.ledger.pack_secret(), ann.form_id)) == ann.form_id
    assert len(written) == 7


def test_a_label_is_carried_or_the_file_stays(tmp_path):
    label = b'<?xml version="1.0"?><labels><label id="{42-secret}" enabled="1"/></labels>'
    made = packs_in(tmp_path, PackWish(label=label))
    assert all(not pack.name.endswith(".pdf") for pack in made.made)
    assert all("{42-secret}" in everything(pack.content) for pack in made.made)
    old = b'<Properties><property name="MSIP_Label_1" id="{42}"/></Properties>'
    with pytest.raises(LeakError, match="label"):
        packs_in(tmp_path, PackWish(label=old))


def test_a_password_locks_workbooks_and_keeps_the_page_at_home(packs):
    import msoffcrypto

    from sop_xl.adapters.encryption import encrypted

    boss = of(packs, "Boss")
    small = type(packs)((boss, of(packs, "Boss", ".pdf")), (), packs.cycle)
    locked = protected(small, lambda content: encrypted(content, "correct horse"))
    assert [pack.name[-5:] for pack in locked.made] == [".xlsx"]
    assert "left out" in locked.notices[0]
    out = BytesIO()
    office = msoffcrypto.OfficeFile(BytesIO(locked.made[0].content))
    office.load_key(password="correct horse")
    office.decrypt(out)
    assert out.getvalue() == boss.content
    assert b"correct horse" not in locked.made[0].content
    with pytest.raises(SopError, match="8 characters"):
        encrypted(b"", "short")


def test_forms_as_csv_hold_no_formula(packs):
    files = csv_files(packs, "secret")
    assert "Return_Ann_Sales_forecast.csv" in files
    for content in files.values():
        for line in content.decode("utf-8-sig").splitlines():
            assert not any(cell.startswith(("=", '"=', '"+', '"@', '"-')) for cell in line.split(","))


def test_letters_tell_what_changed_and_no_money_to_sales(packs):
    letters = {letter.to: letter for letter in letters_of(packs)}
    assert len(letters["boss@chairs.example"].attachments) == 2
    assert "Dear Ann" in letters["ann@chairs.example"].body
    assert " 1. " in letters["ann@chairs.example"].body
    for name in ("ann", "p1", "buy"):
        assert "Revenue" not in letters[f"{name}@chairs.example"].body
        assert "worth" not in letters[f"{name}@chairs.example"].body
