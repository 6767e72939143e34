"""Every case P01 to P41 on a paste of its own."""

import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

from sop_xl.actuals.dates import SHIFT_1904
from sop_xl.actuals.result import Light
from sop_xl.domain.cells import CellError
from tests.actuals.company import (
    HEADER,
    check,
    codes,
    committed,
    company,
    message,
    one_currency,
    pasted,
    question,
    row,
    sheet,
    statuses,
    text,
)

OCTOBER = dt.date(2026, 10, 1)


def test_a_plain_paste_is_green():
    result = check(pasted(row(), row("A200", 5, 50)))
    assert result.status is Light.GREEN
    assert statuses(result) == ["good", "good"]
    assert result.counts == {"rows_in": 2, "good": 2, "fixed": 0, "warn": 0, "bad": 0, "excluded": 0}
    assert result.totals["value"]["total"] == "150"
    assert result.facts["quantity"].tolist() == [10.0, 5.0]
    assert not result.questions


def test_p01_text_amounts_are_read_and_told():
    result = check(pasted(row(quantity="123", value="1.234,50"), row("A200", "5", "50")))
    assert statuses(result) == ["fixed", "fixed"]
    assert result.facts["value"].tolist() == [1234.5, 50.0]
    assert "2 amounts were text; read as numbers using the decimal comma." in [r.message for r in result.remarks]


def test_p01_fractions_of_a_cent_are_rounded_and_told():
    result = check(pasted(row(value=100.005)))
    assert result.facts["value"].tolist() == [100.01]
    assert message(result, "P01") == "1 amounts were rounded to the cent (net +0.005)."


@pytest.mark.parametrize(("written", "meant"), [("123-", -123.0), ("(5.50)", -5.5), ("7 CR", -7.0), ("7 DR", 7.0)])
def test_p02_signs_of_accounting(written, meant):
    result = check(text(f"Item,Month,Value,Currency\nA100,2026-10,{written},EUR\nA200,2026-10,12.25,EUR\n"))
    assert result.facts["value"].tolist()[0] == meant
    assert ("P02" in codes(result)[0]) == ("123" in written or written[0] in "(7")


def test_p03_mixed_text_and_numbers():
    result = check(pasted(row(value=100), row("A200", 5, "50")))
    assert statuses(result) == ["good", "warn"]
    assert message(result, "P03") == "Column Value mixes text and numbers; check G3."


def test_p04_an_open_decimal_mark_is_asked_and_nothing_is_guessed():
    paste = text("Item,Month,Quantity\nA100,2026-10,1.234\nA200,2026-10,12\n")
    result = check(paste, company(committed=committed()))
    asked = question(result, "P04")
    assert result.status is Light.BLOCKED
    assert asked.choices == ("dot", "comma")
    assert asked.column == "Quantity"
    assert "Is '1.234' 1.234 (decimal dot) or 1,234 (decimal comma)?" in asked.message
    # Last month: units are 100, 50, 10, 20, each with k % 3 = 11 % 3 = 2 more: 188.
    assert "13.23 with the dot, 1,246.00 with the comma; last month 188.00" in asked.message
    assert result.rows[0].values["quantity"] is None
    assert statuses(result) == ["bad", "good"]
    assert check(paste, answers={"P04:Quantity": "comma"}).facts["quantity"].tolist() == [1234.0, 12.0]
    assert check(paste, answers={"p04:quantity": "DOT"}).facts["quantity"].tolist() == [1.234, 12.0]


def test_p04_contradictory_marks_block_and_what_does_not_fit_is_quarantined():
    paste = text('Item,Month,Quantity\nA100,2026-10,1.5\nA200,2026-10,"2,5"\n')
    assert "mixes decimal marks: '1.5' needs the dot, '2,5' the comma" in question(check(paste), "P04").message
    result = check(paste, answers={"P04:Quantity": "dot"})
    assert statuses(result) == ["good", "bad"]
    assert "P34" in codes(result)[1]


def test_p05_an_open_order_of_day_and_month_is_asked():
    paste = text("Item,Month,Quantity\nA100,03/10/2026,1\nA200,10/10/2026,2\n")
    result = check(paste)
    assert question(result, "P05").message == "03/10/2026: 3 October 2026 or 10 March 2026? Choose for column Month."
    assert question(result, "P05").choices == ("day first", "month first")
    assert result.rows[0].values["period"] is None
    told = check(paste, answers={"P05:Month": "day first"})
    assert [line.values["period"] for line in told.rows] == ["2026-10", "2026-10"]


def test_p05_one_day_above_twelve_proves_the_order_of_the_column():
    result = check(text("Item,Month,Quantity\nA100,03/10/2026,1\nA200,31/10/2026,2\n"))
    assert [line.values["period"] for line in result.rows] == ["2026-10", "2026-10"]
    assert statuses(result) == ["fixed", "fixed"]


def test_p05_both_orders_block():
    result = check(text("Item,Month,Quantity\nA100,13/10/2026,1\nA200,10/13/2026,2\n"))
    assert "mixes orders" in question(result, "P05").message
    assert result.status is Light.BLOCKED


@pytest.mark.parametrize("serial", [46296, "46296"])
def test_p06_serial_numbers(serial):
    # 46296 = 1 October 2026: 30 December 1899 + 46296 days.
    result = check(pasted(row(month=serial)))
    assert result.rows[0].values["period"] == "2026-10"
    assert codes(result)[0] == ("P06",)


def test_p07_the_1904_system_is_suspected_never_applied_silently():
    shifted = OCTOBER - SHIFT_1904
    result = check(pasted(row(month=shifted), row("A200", month=shifted)))
    assert question(result, "P07").suggestion == "shift"
    assert "1904 system" in message(result, "P07")
    assert [line.values["period"] for line in result.rows] == ["2022-09", "2022-09"]
    told = check(pasted(row(month=shifted)), answers={"P07:Month": "shift"})
    assert told.rows[0].values["period"] == "2026-10"
    assert statuses(told) == ["warn"]


@pytest.mark.parametrize("wrong", ["31.02.2026", 60, "1999-12", dt.date(1998, 1, 1), "2031-01", "soon", True, 1e308])
def test_p08_dates_that_cannot_be(wrong):
    result = check(pasted(row(month=wrong), row("A200")))
    assert statuses(result) == ["bad", "good"]
    assert "P08" in codes(result)[0]
    assert message(result, "P08").startswith("E2")


def test_p09_lost_zeros_are_suggested():
    result = check(pasted(row("123")))
    assert result.rows[0].values["item"] == "00123"
    assert statuses(result) == ["warn"]
    assert message(result, "P09") == "'123' matched to 00123 by adding zeros."


def test_p09_zeros_that_the_cell_shows_are_no_loss():
    result = check(pasted(row(123), formats={(1, 1): "00000"}))
    assert result.rows[0].values["item"] == "00123"
    assert statuses(result) == ["good"]


def test_p10_two_hits_and_unknown_codes():
    result = check(pasted(row("42"), row("A10"), row("A200", market="Nowhere")))
    assert statuses(result) == ["bad", "bad", "bad"]
    assert "Item '42' may be 0042 or 042. Write it in full." in message(result, "P10")
    told = [r.message for r in result.remarks]
    assert "B3: Item 'A10' is not in the item list. Add it or map it. Nearest: A100, =A1." in told
    assert any("Market 'Nowhere' is not in the market list." in line for line in told)


def test_p10_a_mapped_code_is_read():
    result = check(pasted(row("OLD-1")), answers={"P10:OLD-1": "A100"})
    assert result.rows[0].values["item"] == "A100"
    assert codes(result)[0] == ("P10",)
    assert statuses(result) == ["fixed"]


def test_p11_two_header_rows_are_joined():
    upper = ["Item", "Month", "Sales", None]
    lower = [None, None, "Qty", "Value"]
    result = check(sheet([["Report"], upper, lower, ["A100", OCTOBER, 10, 100]], merged=((1, 2, 1, 3),)))
    assert "Header rows 2-3 were joined as 'Sales / Qty'." in result.receipt["notes"]
    assert result.rows[0].values == {
        "measure": "shipments", "item": "A100", "market": None, "location": None, "currency": None,
        "period": "2026-10", "quantity": 10.0, "value": 100.0,
    }  # fmt: skip


def test_p12_totals_that_agree_are_left_out():
    rows = [row(quantity=1, value=10), row("A200", 2, 20), ["", "Total", "", "", "", 3, 30, ""]]
    result = check(pasted(*rows))
    assert statuses(result) == ["good", "good", "excluded"]
    said = (
        "Rows 4 look like totals and were left out (sum Quantity 3.00, Value 30.00); they agree with the detail: yes."
    )
    assert message(result, "P12") == said
    assert result.totals["value"]["total"] == "30"


def test_p12_a_total_that_does_not_agree_is_a_warning_and_no_fact():
    result = check(pasted(row(quantity=1, value=10), ["", "Total", "", "", "", 4, 10, ""]))
    assert statuses(result) == ["good", "warn"]
    assert "no" in message(result, "P12").rpartition(":")[2]
    assert len(result.facts) == 1
    assert result.totals["quantity"]["total"] == "1"


def test_p12_subtotals_by_group_and_grand_total():
    lines = [row("A100", 1, 10), row("A200", 2, 20), [None, "North total", None, None, None, 3, 30, None],
             row("A100", 5, 50, market="South", currency="", location=""),
             [None, "South total", None, None, None, 5, 50, None],
             [None, "Grand total", None, None, None, 8, 80, None]]  # fmt: skip
    result = check(pasted(*lines))
    assert statuses(result) == ["good", "good", "excluded", "good", "excluded", "excluded"]


def test_p12_repeated_header():
    result = check(pasted(row(), HEADER, row("A200")))
    assert statuses(result) == ["good", "excluded", "good"]
    assert codes(result)[1] == ("P12",)


def test_p12_an_item_called_like_a_total_is_an_item():
    context = company(items=company().items.assign(item=["TOTAL", *company().items["item"][1:]]))
    assert statuses(check(pasted(row("TOTAL")), context)) == ["good"]


def test_p13_blank_rows_are_counted():
    result = check(pasted(row(), [None] * 8, ["  ", None], row("A200")))
    assert statuses(result) == ["good", "excluded", "excluded", "good"]
    assert result.status is Light.GREEN
    assert any("2 blank rows were left out: rows 3, 4." in note for note in result.receipt["notes"])


def test_p14_hidden_rows_are_included_with_a_warning():
    paste = pasted(row(), row("A200"), hidden=frozenset({2}))
    result = check(paste)
    assert statuses(result) == ["good", "warn"]
    assert question(result, "P14").message == "1 pasted rows are hidden. Include them?"
    assert len(result.facts) == 2
    left = check(paste, answers={"P14:rows": "leave out"})
    assert statuses(left) == ["good", "excluded"]
    assert len(left.facts) == 1


@pytest.mark.parametrize("field", ["quantity", "item", "month", "market", "currency", "measure"])
def test_p15_errors_are_never_blank_or_zero(field):
    result = check(pasted(row(**{field: CellError("#N/A")})))
    assert statuses(result) == ["bad"]
    assert "holds the error #N/A; fix it in the source." in message(result, "P15")
    assert result.facts.empty


def test_p15_in_a_header_leaves_the_column_unread():
    result = check(pasted(row(), header=[*HEADER[:6], CellError("#REF!"), "Currency"]))
    assert result.rows[0].values["value"] is None


def test_p16_empty_is_no_zero():
    result = check(pasted(row(), row("A200", None, 5), row("A300", 0, 0)))
    assert statuses(result) == ["good", "warn", "good"]
    assert message(result, "P16") == "1 empty amounts. Empty is treated as 'no data', not 0."
    assert result.facts["quantity"].isna().tolist() == [False, True, False]


def test_p17_exact_repeats():
    result = check(pasted(row(), row("A200"), row()))
    assert statuses(result) == ["good", "good", "bad"]
    assert message(result, "P17") == "Row 4 repeats row 2."


def test_p18_contradictions_are_never_summed_silently():
    paste = pasted(row(value=100), row("A200"), row(value=120))
    result = check(paste)
    assert statuses(result) == ["bad", "good", "bad"]
    assert message(result, "P18") == (
        "Rows 2, 4 give different values for the same item, site and month: 100.00 / 120.00. Sum, keep one, or fix?"
    )
    assert question(result, "P18").choices == ("sum", "keep the first", "keep the last", "quarantine")
    total = check(paste, answers={"P18:rows": "sum"})
    assert statuses(total) == ["fixed", "good", "fixed"]
    assert total.facts["value"].tolist() == [220.0, 100.0]
    assert check(paste, answers={"P18:rows": "keep the last"}).facts["value"].tolist() == [120.0, 100.0]
    assert check(paste, answers={"P18:rows": "keep the first"}).facts["value"].tolist() == [100.0, 100.0]


def test_p19_duplicate_headers():
    paste = text("Item,Month,Qty,Qty\nA100,2026-10,1,2\n")
    assert question(check(paste), "P19").message == "Two columns are called 'Qty' (C1, D1); choose."
    assert check(paste).status is Light.BLOCKED
    assert check(paste, answers={"P19:Qty": "D"}).facts["quantity"].tolist() == [2.0]


def test_p20_a_missing_currency_blocks_where_there_are_several():
    paste = text("Item,Month,Value\nA100,2026-10,5\n")
    result = check(paste)
    assert question(result, "P20").message == "No column for 'Currency'. Pick one or set a fixed value."
    assert question(result, "P20").choices == ("CHF", "EUR", "USD")
    assert check(paste, answers={"P20:Currency": "USD"}).facts["currency"].tolist() == ["USD"]
    assert check(paste, one_currency()).status is Light.GREEN


def test_p20_month_item_and_amount_can_be_pointed_at_or_fixed():
    paste = text("Thing,Item,Amount\nx,A100,5\n")
    result = check(paste, one_currency())
    assert question(result, "P20").column == "Month"
    assert statuses(result) == ["bad"]
    told = check(paste, one_currency(), answers={"P20:Month": "2026-10"})
    assert told.facts["period"].astype(str).tolist() == ["2026-10"]


def test_p20_extra_columns_are_noted():
    result = check(text("Item,Month,Qty,Salesman\nA100,2026-10,5,Meyer\n"))
    assert "Columns that are kept but not read: 'Salesman'." in result.receipt["notes"]
    assert result.rows[0].raw == ("A100", "2026-10", "5", "Meyer")


def test_p21_another_month_than_the_open_one_blocks():
    paste = text("Item,Month,Qty,Market,Location\nA100,2026-09,100,North,DE01\n")
    result = check(paste, company(committed=committed()))
    assert question(result, "P21").message == "All rows are for 2026-09; the open month is 2026-10."
    told = check(paste, company(committed=committed()), answers={"P21:Month": "take them"})
    assert told.status is Light.AMBER
    assert "P21" in codes(told)[0]


def test_p21_months_to_come_are_a_warning():
    result = check(pasted(row(), row("A200", month=dt.date(2026, 11, 1))))
    assert statuses(result) == ["good", "warn"]


def test_p22_restated_months_need_a_reason():
    # September was 102 units for 1,020; 5 units and 50 EUR more are told as +50.00.
    lines = [row(quantity=107, value=1070, month=dt.date(2026, 9, 1)), row(quantity=100, value=1000)]
    result = check(pasted(*lines), company(committed=committed()))
    assert statuses(result)[0] == "warn"
    assert message(result, "P22") == (
        "1 earlier month differs from committed values (net +50.00). Commit as restatement? Reason needed."
    )
    change = result.receipt["largest_changes"][0]
    assert (change["before"], change["after"], change["difference"]) == (1020.0, 1070.0, 50.0)
    assert (result.receipt["new"], result.receipt["changed"], result.receipt["equal"]) == (1, 1, 0)


def test_p23_fewer_rows_than_usual():
    result = check(pasted(row(quantity=100, value=1000)), company(committed=committed()))
    assert message(result, "P23") == "Only 1 rows of shipments; last 6 months had 4."
    assert result.status is Light.AMBER


def test_p23_missing_months():
    before = committed()
    gap = before[before["period"] != pd.Period("2026-09", freq="M")]
    result = check(pasted(row(quantity=100, value=1000)), company(committed=gap))
    assert any("No rows for 2026-09" in remark.message for remark in result.remarks)


def test_p24_unknown_currency_and_entity_in_another_one():
    result = check(pasted(row(currency="US$"), row("A200", currency="USD")))
    assert statuses(result) == ["bad", "bad"]
    told = [remark.message for remark in result.remarks]
    assert "H2: currency 'US$' unknown. Write the three letters of the code. Is it USD?" in told
    assert "Entity DE01 reports in EUR; rows say USD." in told


def test_p25_a_missing_rate_blocks():
    paste = pasted(row(currency="CHF", location="", market=""))
    result = check(paste)
    assert question(result, "P25").message == "No rate CHF->EUR for 2026-10. Add it to FX rates."
    assert result.status is Light.BLOCKED
    assert check(paste, answers={"P25:CHF 2026-10": "use the nearest rate"}).status is Light.AMBER


@pytest.mark.parametrize(("before", "now"), [(0.5, 2.0), (0.9, 90.0), (0.9, 0.0)])
def test_p25_rates_of_zero_or_inverted(before, now):
    rates = company().fx_rates.iloc[1:].assign(currency="USD", plan_rate=[now, before])
    rates = rates.assign(period=pd.PeriodIndex(["2026-10", "2026-09"], freq="M"))
    result = check(pasted(row(currency="USD", location="US01", market="")), company(fx_rates=rates))
    assert (result.status is Light.BLOCKED) == (now == 0)
    assert now == 0 or "inverted" in message(result, "P25")


def test_p26_units_need_a_factor():
    paste = text("Item,Month,Qty,Unit\nA100,2026-10,5,CS\nA200,2026-10,7,PCS\n")
    result = check(paste)
    assert statuses(result) == ["bad", "good"]
    assert "Item A100: unit CS has no conversion to EA." in message(result, "P26")
    told = check(paste, answers={"P26:CS": "12"})
    assert told.facts["quantity"].tolist() == [60.0, 7.0]
    assert statuses(told) == ["fixed", "good"]
    assert statuses(check(paste, answers={"P26:CS": "0"})) == ["bad", "good"]


def test_p27_thousands():
    lines = [row(item, value=1000 * value * 10, quantity=value, currency="EUR")
             for item, value in (("A100", 100), ("A200", 50), ("A300", 10), ("00123", 20))]  # fmt: skip
    result = check(pasted(*lines), company(committed=committed()))
    # 1,800,000 against 1,880 of September.
    assert message(result, "P27").startswith("Total is 957x last month")
    told = check(pasted(*lines), company(committed=committed()), answers={"P27:Value": "divide by 1,000"})
    assert told.totals["value"]["total"] == "1800"


def test_p28_credit_signs():
    paste = pasted(row(value=-100), row("A200", value=-50), row("A300", value=-70))
    result = check(paste)
    assert message(result, "P28") == "Column Value is 100% negative: ERP credit sign. Flip the column?"
    flipped = check(paste, answers={"P28:Value": "flip"})
    assert flipped.facts["value"].sum() == 220.0
    assert statuses(flipped) == ["fixed"] * 3
    assert check(paste, answers={"P28:Value": "keep"}).facts["value"].sum() == -220.0


def test_p29_outliers_against_history():
    result = check(pasted(row(quantity=12000, value=120000)), company(committed=committed()))
    assert message(result, "P29") == "F2: 12,000 vs usual 100-102."


def test_p30_prices_off_the_list_and_negative_ones():
    result = check(pasted(row(quantity=10, value=300), row("A200", -1, 10)))
    assert statuses(result) == ["warn", "warn"]
    told = [remark.message for remark in result.remarks if remark.code == "P30"]
    assert told == ["G3: implied price -10.00 is negative.", "G2: implied price 30.00 vs list 10.00."]


def test_p31_spaces_are_mended_and_look_alikes_quarantined():
    cyrillic = "\u0410100"
    result = check(pasted(row(" A100\u00a0"), row("A2\u200b00"), row(cyrillic), row("a300")))
    assert statuses(result) == ["fixed", "fixed", "bad", "fixed"]
    assert result.rows[1].values["item"] == "A200"
    assert "It looks like A100." in result.rows[2].messages[0]


def test_p32_formulas_give_their_values():
    result = check(pasted(row(), row("A200"), formulas=frozenset({(2, 5)})))
    assert statuses(result) == ["good", "warn"]
    assert message(result, "P32") == "1 cells are formulas; their values were taken."


def test_p33_links_to_other_files():
    result = check(pasted(row(), formulas=frozenset({(1, 5)}), links=("Budget.xlsx",)))
    assert message(result, "P33").startswith("Cells refer to Budget.xlsx;")


@pytest.mark.parametrize("wrong", ["n/a", "tbd", "1e5", "5%", True, 1e16, "9" * 20, dt.date(2026, 1, 1)])
def test_p34_what_is_no_amount(wrong):
    result = check(pasted(row(value=wrong)))
    assert statuses(result) == ["bad"]
    assert "P34" in codes(result)[0]


def test_p34_a_dash_means_what_the_profile_says():
    paste = text("Item,Month,Qty\nA100,2026-10,-\nA200,2026-10,5\n")
    assert statuses(check(paste)) == ["bad", "good"]
    zero = check(paste, answers={"P34:Qty": "zero"})
    assert zero.facts["quantity"].tolist() == [0.0, 5.0]
    assert check(paste, profile=zero.profile).facts["quantity"].tolist() == [0.0, 5.0]
    assert len(check(paste, answers={"P34:Qty": "no data"}).facts) == 1


def test_p35_control_characters_and_endless_text():
    result = check(pasted(row("A1\x0700"), row("A" * 300)))
    assert statuses(result) == ["fixed", "bad"]
    assert codes(result) == [("P35",), ("P35",)]
    assert result.rows[0].raw[1] == "A1\x0700"


def test_p36_fill_down_only_where_asked():
    paste = text("Plant,Item,Month,Qty\nDE01,A100,2026-10,1\n,A200,2026-10,2\n,A300,2026-10,3\n")
    result = check(paste)
    assert question(result, "P36").message == "Fill down 'Plant' into 2 rows?"
    assert [line.values["location"] for line in result.rows] == ["DE01", None, None]
    told = check(paste, answers={"P36:Plant": "fill down"})
    assert [line.values["location"] for line in told.rows] == ["DE01"] * 3
    assert statuses(told) == ["good", "warn", "warn"]


def test_p37_months_across():
    result = check(text("Item;2026-10;2026-09;Total\nA100;5;;5\nA200;7;1;8\n"))
    assert "Months run across: reading as wide table" in message(result, "P37")
    assert statuses(result) == ["good", "excluded", "good", "good"]
    found = result.facts.sort_values(["item", "period"])
    assert found["quantity"].tolist() == [5.0, 1.0, 7.0]
    assert result.counts["rows_in"] == 4


@pytest.mark.parametrize("count", [65_535, 65_536, 1_048_576, 2_000_000])
def test_p38_cut_exports(count):
    paste = pasted(row(), row_count=count)
    assert question(check(paste), "P38").message == f"Exactly {count:,} rows: the export was probably cut."
    assert check(paste).status is Light.BLOCKED


def test_p39_control_total():
    paste = pasted(row(value=1204118.37))
    result = check(paste, control={"value": Decimal("1204181.37")})
    assert question(result, "P39").message == (
        "Paste 1,204,118.37; control 1,204,181.37; difference -63.00 (divisible by 9: digits swapped?)."
    )
    assert result.status is Light.BLOCKED
    assert check(paste, control={"value": Decimal("1204118.37")}).receipt["control"]["value"]["difference"] == "0.00"


def test_p40_same_content():
    paste = pasted(row())
    known = {check(paste).digest: "batch 17, 2026-10-04, by A. Meyer"}
    result = check(paste, company(batches=known))
    assert question(result, "P40").message.startswith("Already committed as batch 17, 2026-10-04, by A. Meyer.")
    assert result.status is Light.BLOCKED


def test_p40_all_figures_are_there_already():
    first = check(pasted(row(), row("A200")))
    again = check(pasted(row("A200"), row()), company(committed=first.facts))
    assert question(again, "P40").message == "Already committed: all 2 facts are there with the same figures."


def test_p41_paste_over_our_columns():
    result = check(pasted(row(), own_columns=frozenset({(0, 8)})))
    assert question(result, "P41").column == "I1"
    assert "The paste covers the SOP columns" in question(result, "P41").message
