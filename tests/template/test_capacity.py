"""The sheet Capacity, calculated by LibreOffice, against the table it reads."""

import pytest

from tests.template.cells import block, figures, same, words
from tests.template.large_plan import NOW, OPEN, RESOURCES, SHOWN

pytestmark = pytest.mark.soffice
NEXT_12 = OPEN[:12]
WANTED, HOURS, PLAN, WORTH = 9, 20, 44, 30
"""First rows of the heat map, of the hours of one resource, of the plan, and of the dear hours."""


@pytest.fixture
def sheet(large_book):
    return large_book["Capacity"]


def by_month(large, column):
    return large["load"].pivot_table(index="resource", columns="period", values=column)


@pytest.fixture
def shown(large):
    """The 8 resources with the highest peak; of equal ones the first of the table first."""
    peaks = by_month(large, "wanted_hours")[NEXT_12].max(axis=1)
    return sorted(peaks.index, key=lambda r: (-peaks[r], RESOURCES.index(r)))[:8]


def test_resources_stand_by_peak_with_ties_in_their_order(sheet, shown):
    assert [words(sheet, WANTED + k) for k in range(8)] == shown
    assert words(sheet, WANTED + 8) == "and 5 more with lower peaks: choose one below"  # 13 have a load
    assert shown[:2] == ["R02", "R03"]  # both 150 of 100 hours
    assert [words(sheet, PLAN + k) for k in range(8)] == shown


@pytest.mark.parametrize(("first", "column"), [(WANTED, "wanted_hours"), (PLAN, "required_hours")])
def test_load_is_hours_over_hours_and_blank_where_there_is_none(sheet, large, shown, first, column):
    load = (by_month(large, column) / by_month(large, "available_hours")).reindex(columns=SHOWN)
    assert load[NOW - 2].isna().all()  # closed without load
    for k, resource in enumerate(shown):
        same(figures(sheet, first + k, 8, 15), load.loc[resource])
        same(figures(sheet, first + k, 6, 1), [load.loc[resource, NEXT_12].max()])
        same(figures(sheet, first + k, 24, 4), load.loc[resource, NEXT_12].to_numpy().reshape(4, 3).mean(axis=1))


def test_overtime_and_moved_hours(sheet, large, shown):
    window = large["load"][large["load"]["period"].isin(NEXT_12)]
    over = window.groupby("resource")["overtime_hours"].sum()
    moved = (window["required_hours"] - window["wanted_hours"]).clip(lower=0).groupby(window["resource"]).sum()
    for k, resource in enumerate(shown):
        same(figures(sheet, PLAN + k, 2, 1), [over[resource]])
        same(figures(sheet, PLAN + k, 5, 1), [moved[resource]])
        same(figures(sheet, WANTED + k, 5, 1), [1.15])


def test_the_tightest_resource_is_shown_in_hours(sheet, large):
    mine = large["load"].query("resource == 'R02'").set_index("period").reindex(SHOWN)
    wanted, planned, regular = mine["wanted_hours"], mine["required_hours"], mine["available_hours"]
    rows = (wanted, planned, planned - wanted, regular, mine["overtime_hours"], (wanted - regular - 15).clip(lower=0))
    for k, row in enumerate(rows):
        same(figures(sheet, HOURS + k, 8, 15), row)
        same(figures(sheet, HOURS + k, 6, 1), [row[NEXT_12].sum()])


def test_titles_say_what_the_figures_say(sheet, large):
    wanted = large["load"].query("resource == 'R02' and period in @NEXT_12")["wanted_hours"]
    full, beyond = (wanted > 100).sum(), (wanted > 115).sum()
    assert words(sheet, 27) == f"R02 is full in {full} of 12 months and beyond overtime in {beyond}"
    # R02 works no hour that is not wanted; of 150 hours wanted, 115 are there.
    assert words(sheet, 27, 12) == "No hour is worked before or after it is wanted; 35 h wanted have no room"


def test_the_chart_splits_load_at_100_percent(large_book, large):
    wanted = large["load"].query("resource == 'R02'").set_index("period")["wanted_hours"].reindex(SHOWN) / 100
    rows = block(large_book, "CAPACITY: LOAD OF THE RESOURCE SHOWN")
    same(
        [v if v != "" and v is not None else 0 for v in rows["Closed"][:15]], [0, 0, min(wanted.iloc[2], 1), *[0] * 12]
    )
    for k in range(3, 15):
        assert rows["Forecast"][k] + rows["Above 100 %"][k] == pytest.approx(wanted.iloc[k])
        assert rows["Forecast"][k] <= 1


def test_the_dearest_hours_come_first_and_ties_in_order(sheet, large):
    dear = large["load"].sort_values("shadow_price", ascending=False, kind="stable").head(5)
    for k, row in enumerate(dear.itertuples()):
        told = [words(sheet, WORTH + k, 22), words(sheet, WORTH + k, 24), sheet.cell(WORTH + k, 27).value]
        assert told == [f"{row.period:%b %y}", row.resource, row.shadow_price]
    assert words(sheet, 27, 22) == f"One more hour is worth up to {dear['shadow_price'].max():.0f} EUR"


def test_another_resource_can_be_chosen(bridge_book):
    sheet = bridge_book["Capacity"]
    assert [words(sheet, WANTED), words(sheet, 18)] == ["Oven", "HOURS OF SAW"]
    assert sheet["K20"].value == 90
    assert words(sheet, 27) == "Saw has room in every month"
