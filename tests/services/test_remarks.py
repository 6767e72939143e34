import pandas as pd

from sop_xl.domain.cells import Cells
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.parse import read_table
from sop_xl.schema.render import render
from sop_xl.services.remarks import cost_remarks, curve_remarks, kept_remark

COSTS = TABLE_BY_NAME["item_costs"]


def costs(*rows):
    columns = ["item", "rolled_cost", "standard_cost", "basis"]
    frame = pd.DataFrame(rows, columns=columns)
    return conform(COSTS, frame.assign(difference=frame["rolled_cost"] - frame["standard_cost"]))


def test_a_given_cost_far_from_the_bill_is_remarked_once_with_the_worst():
    # 23 against 10 is 130 % off, 13 against 10 is 30 %; 12 against 10 is within a quarter.
    found = cost_remarks(costs(("A", 12.0, 10.0, "given"), ("B", 23.0, 10.0, "given"), ("C", 13.0, 10.0, "given")))
    assert [issue.code for issue in found] == ["cost-gap"]
    assert found[0].message.startswith("2 standard cost(s)")
    assert "B, 10.00 given and 23.00 rolled up" in found[0].message


def test_rolled_and_close_costs_are_no_remark():
    assert cost_remarks(costs(("A", 12.0, 10.0, "given"), ("B", 23.0, 23.0, "rolled"))) == []


def test_kept_cells_say_where_they_are():
    assert "3 cell(s) of yours" in str(kept_remark(3))
    assert "Changes" in str(kept_remark(3))


def test_a_bass_curve_that_could_not_be_fitted_is_named_at_its_cell():
    launches, made = TABLE_BY_NAME["launches"], TABLE_BY_NAME["new_products"]
    rows = [{"launch": "K", "item": "A", "curve": "ramp"}, {"launch": "L", "item": "B", "curve": "bass"}]
    cells = Cells(render(launches, conform(launches, pd.DataFrame(rows))), "Launches", 5, 1)
    basis = [{"launch": "K", "basis": "like X"}, {"launch": "L", "basis": "no curve: It needs 4 months; there are 2."}]
    (issue,) = curve_remarks(conform(made, pd.DataFrame(basis)), read_table(launches, cells))
    assert issue.code == "bass-fit"
    assert str(issue).startswith("Launches!L7: L adds no volume. It needs 4 months; there are 2.")
