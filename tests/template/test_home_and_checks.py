"""Home and Checks as LibreOffice works them out: empty, on a company that adds up, and on one that does not."""

import datetime as dt

import pandas as pd
import pytest

from sop_xl.template.build import build_template
from sop_xl.template.sheets.check_list import CHECKS
from sop_xl.template.sheets.home_words import ALERTS
from tests.support.office import recalculated
from tests.template.small_company import OCT, small_company

pytestmark = pytest.mark.soffice


@pytest.fixture(scope="module")
def calculated(tmp_path_factory):
    def of(frames):
        folder = tmp_path_factory.mktemp("book")
        path = folder / "book.xlsm"
        path.write_bytes(build_template(frames))
        return recalculated(path, folder)

    return of


@pytest.fixture(scope="module")
def empty(empty_book):
    return empty_book


@pytest.fixture(scope="module")
def sound(calculated):
    return calculated(small_company(pd.Timestamp(2026, 11, 17)))


@pytest.fixture(scope="module")
def broken(calculated):
    return calculated(broken_company())


def broken_company() -> dict[str, pd.DataFrame]:
    """The company with a fault for every check but the four that need another calendar or no actuals."""
    t = small_company("2026-11", fiscal_year_start=12.0, horizon_months=4.0)  # C02
    t["issues"] = t["issues"].assign(severity="stop", code="incomplete-actuals")  # A01, A06
    t["items"] = t["items"].assign(family="Alpha")  # A04: Alpha has 2 items, the plan says 1 + 1
    t["actuals"]["value"] += 1  # A05, F29
    t["forecast"].loc[0, "consensus"] += 3  # D01: 3 more than the families
    t["forecast"].loc[1, "final"] = 11.0  # D02: the consensus is 12
    t["overrides"]["reason"] = ""  # D03
    t["forecast"].loc[5, "consensus"] = -1.0  # D04, and D01 again
    t["forecast"].loc[2, "lo80"] = 15.0  # D05: the forecast is 14
    t["supply_plan"].loc[0, "production"] += 1  # S01
    t["supply_plan"].loc[1, "opening"] += 2  # S02
    t["stock"].loc[0, "quantity"] = 9.0  # S03, S10: the plan starts from 4, as was booked
    t["supply_plan"].loc[2, "backlog"] = 6.0  # S04, S08
    t["supply_plan"].loc[4, "closing"] = -2.0  # S05
    t["load"].loc[2, "required_hours"] = 25.0  # S06: 20 hours and 4 of overtime
    t["family_plan"].loc[1, "supply"] += 1  # S07
    t["finance"]["amount"] += 0.01  # F01 to F04, F10, F16, F20, F23, F32: a cent more in each row
    t["finance"].loc[t["finance"]["line"].eq("revenue"), "version"] = ""  # F24
    balances = ["closing_receivables", "closing_payables", "closing_rebates"]
    t["cash"].loc[0, balances] += 1.0  # F11, F12, F14, F15, F30
    t["cash"].loc[t["cash"]["version"].eq("plan"), "version"] = ""  # F31
    t["cash"].loc[1, "net_cash"] -= 1.0  # F13
    t["stock_value"].loc[0, "closing"] += 1.0  # F17 to F19
    t["stock_value"].loc[2, "closing"] += 1.0  # F21
    t["stock_value"].loc[1, "provision_change"] = 5.0  # F22
    t["finance"]["budget"] += 1  # F05, F08
    t["bridge"].loc[t["bridge"]["step"].eq("end"), "amount"] += 1  # F07, F09, F28
    t["plan_cost"].loc[3, "amount"] += 5  # F06
    t["finance_items"]["revenue"] += 1  # F27
    t["rebate_accruals"]["accrued"] += 1  # F25; F26: the cents of F01
    t["commits"].loc[0, ["rows_aside", "units_pasted", "value_committed"]] += 1.0  # A07, A08, A09
    t["tie_outs"]["value"] += 1.0  # A10 to A12, C06
    t["tie_outs"].loc[4, "page"] = ""  # C07
    t["level_overrides"]["quantity"] = 13.0  # D06: the items got 12
    t["plan_cost"]["rounding"] = 5.0  # S09
    t["scenario_results"]["difference"] += 1  # C05
    t["runs"]["cycle"] = "2026-10"  # C01
    t["cycle_steps"].loc[0, "status"] = "open"  # C04
    return t


def text(book, sheet: str, cell: str) -> object:
    return book[sheet][cell].value or ""


def name(book, name: str) -> object:
    ((sheet, cell),) = book.defined_names[name].destinations
    return book[sheet][cell.replace("$", "")].value


def errors(book) -> list[str]:
    return [
        f"{sheet.title}!{cell.coordinate} {cell.value}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "e"
    ]


def statuses(book) -> dict[str, str]:
    """Status by check, from the list of all checks: the block of what fails comes before it."""
    found = {}
    for row in book["Checks"].iter_rows(min_row=13, max_col=8, values_only=True):
        if row[0] in {check.id for check in CHECKS}:
            found[row[0]] = row[7]
    return found


@pytest.mark.parametrize("which", ["empty", "sound", "broken"])
def test_not_one_error_value(which, request):
    assert errors(request.getfixturevalue(which)) == []


def test_an_empty_template_says_that_nothing_was_checked(empty):
    assert set(statuses(empty).values()) == {"○ Not run"}
    assert text(empty, "Home", "L1") == "○ Not checked yet"
    assert text(empty, "Checks", "A7") == "NOTHING TO CHECK YET"
    assert (
        text(empty, "Home", "A2") == "Your company  |  no open month yet  |  18 months planned  |  USD  |  no run yet"
    )
    assert text(empty, "Home", "B19").startswith("1   Fill in Items and Actuals")


def test_all_checks_pass_where_all_adds_up(sound):
    assert statuses(sound) == {check.id: "● Pass" for check in CHECKS}
    assert text(sound, "Home", "L1") == f"● All {len(CHECKS)} checks pass"
    assert text(sound, "Checks", "A7") == "NOTHING FAILS"


def test_each_check_fails_where_its_fault_is(broken):
    # A02, A03 and C03 compare months with the calendar, which the faults leave alone.
    passing = {id_ for id_, status in statuses(broken).items() if status != "▲ Fail"}
    assert passing == {"A02", "A03", "C03"}
    assert text(broken, "Home", "L1") == f"▲ {len(CHECKS) - 3} of {len(CHECKS)} checks fail"


def test_what_fails_stands_first_with_what_to_do(broken):
    rows = list(broken["Checks"].iter_rows(min_row=8, max_row=12, max_col=10, values_only=True))
    assert [row[0] for row in rows] == ["A01", "A04", "A05", "A06", "A07"]
    # A05: shipments are worth 1,280 and 1 more a row, less a rebate of 1; finance has a cent more a row.
    assert [round(figure, 2) for figure in rows[2][3:6]] == [1281.00, 1280.02, -0.98]
    assert rows[2][8] == "Actuals changed since the last run: run Finance again."
    assert rows[2][9] == "Finance lines  ►"


def test_the_open_month_is_the_setting_or_follows_the_actuals(sound, broken):
    # `sound` has the setting as a day in November, `broken` as text; actuals end in October.
    months = [name(sound, "sop_current"), name(broken, "sop_current"), name(sound, "sop_after_actuals")]
    assert months == [dt.datetime(2026, 11, 1)] * 3
    assert name(sound, "sop_cycle") == "2026-11"
    assert name(sound, "sop_last") == dt.datetime(2027, 1, 1)


def test_the_fiscal_year_holds_the_open_month(sound, broken):
    assert (name(sound, "sop_fiscal_start"), name(sound, "sop_fiscal_name")) == (dt.datetime(2026, 1, 1), "2026")
    # A fiscal year that starts in December: November 2026 is its last month.
    assert (name(broken, "sop_fiscal_start"), name(broken, "sop_fiscal_name")) == (dt.datetime(2025, 12, 1), "FY 2026")


def test_steps_of_the_cycle(sound):
    cards = {column: [text(sound, "Home", f"{column}{row}") for row in range(6, 10)] for column in "BDFH"}
    assert cards["B"] == ["1  Gather", "● Done", "Ann, 3 Nov", "Ann signed  2 of 2 tasks"]
    assert cards["D"] == ["2  Review demand", "► In work", "Bob, 6 Nov", "1 of 3 tasks"]
    assert cards["F"] == ["3  Review supply", "○ To do", "Cy, 10 Nov", "0 of 4 tasks"]
    assert not any(cards["H"])


def test_key_figures_and_their_notes(sound):
    assert [text(sound, "Home", f"{c}13") for c in "BDFHJL"] == [5_080_000, 31, "", "", "", 94]
    # 5.08 m against 5.0 m is +1.6 %; 31.0 less 33.5 is -2.5 points.
    notes = [text(sound, "Home", f"{c}14") for c in "BDFL"]
    assert notes == ["● +1.6 % to budget", "▲ −2.5 pp to budget", "○ no figure yet", "■ target 95.0 %"]


def test_what_to_do_is_in_order_of_urgency(sound, broken):
    assert [text(sound, "Home", f"B{row}") for row in range(19, 23)] == [
        "1   Finish and sign Review demand by 6 Nov: 1 of 3 tasks done",
        "2   Explain gross margin 31.0 % against 33.5 % in the budget",
        "3   Read 1 warning of the last check",
        "4   Print the page for the executive meeting",
    ]
    assert [text(broken, "Home", f"B{row}") for row in range(19, 22)] == [
        "1   Mend 1 fault that stops the run",
        "2   Run the plan for Nov 26: results are of 2026-10",
        f"3   Look into {len(CHECKS) - 3} checks that fail",
    ]
    assert text(sound, "Home", "F19") == "Bob"


def test_alerts_come_worst_first(sound):
    assert [text(sound, "Home", f"J{row}") for row in range(19, 25)] == [
        "▲ Act:  Gross margin 31.0 %, budget 33.5 %",
        "■ Watch:  Service 94.0 %, target 95.0 %",
        f"● Fine:  All {len(CHECKS)} checks pass",
        "● Fine:  R1, Jan 27: 120 % regular hours wanted",
        "● Fine:  Revenue 2026, 3 months: 5.1 m, budget 5.0 m",
        "● Fine:  Actuals of Oct 26 are in",
    ]


def test_equal_alerts_come_by_money(broken):
    cells = [row[:4] for row in broken["Chart data"].iter_rows(min_row=77, max_row=92, values_only=True)]
    start = next(k for k, row in enumerate(cells) if row[1:] == ("Severity", "Place", "Money"))
    shown = [row for row in cells[start + 1 : start + 1 + len(ALERTS)] if row[1]]
    order = sorted(shown, key=lambda row: (row[1], -row[3]))
    assert [row[2] for row in order] == list(range(1, len(shown) + 1))
    assert len({row[3] for row in shown}) > 2
    assert shown[0][:3] == ("Faults", 1, 1)


def test_chart_titles_are_what_the_figures_say(sound):
    # Supply 37 + 15 = 52 of demand 36 + 15 = 51; stock from 4 + 2 to 5 + 2.
    assert text(sound, "Home", "B26") == "Supply is 102 % of the next 3 months' demand; stock rises by 1"
    # Wanted 24 of 20 hours in January only.
    assert text(sound, "Home", "H26") == "R1 is wanted beyond its regular hours in 1 of 3 months; most in Jan 27"


def test_small_columns_equal_the_tables(sound):
    plan = small_company()["family_plan"]
    by_month = plan.groupby("period")[["revenue", "cogs"]].sum()
    sheet = sound["Chart data"]
    rows = {
        row[0].value: [cell.value for cell in row[1:16]]
        for row in sheet.iter_rows(min_row=29, max_row=58)
        if row[0].value
    }
    # Fiscal year: nothing from January to September, then October, November, December.
    assert [v or None for v in rows["Revenue"][:12]] == [None] * 9 + by_month.loc[OCT : OCT + 2, "revenue"].tolist()
    margin = 100 * (1 - by_month["cogs"] / by_month["revenue"])
    assert rows["Gross margin, %"][9:12] == pytest.approx(margin.loc[OCT : OCT + 2].tolist())
    assert rows["Actual"][2] == 12
    assert not any(rows["Actual"][3:])
    assert rows["Forecast"][3:6] == [15, 17, 19]
    assert rows["Highest load, %"][3:6] == [50, 60, 75]
