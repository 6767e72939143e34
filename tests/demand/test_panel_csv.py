import numpy as np
import pandas as pd
import pytest

from sop_xl.demand.panel_csv import PanelInputError, forecast_table


def table(rows):
    return pd.DataFrame(rows, columns=["unique_id", "period", "y"])


def monthly(name, first, values):
    periods = pd.period_range(first, periods=len(values), freq="M")
    return [(name, str(p), v) for p, v in zip(periods, values, strict=True)]


def test_every_series_goes_on_from_its_own_last_month():
    out = forecast_table(table([*monthly("b", "2020-01", [5.0] * 14), *monthly("a", "2023-11", [2.0] * 3)]), horizon=2)
    assert out.columns.tolist() == ["unique_id", "period", "forecast", "lo80", "hi80", "lo95", "hi95", "method"]
    assert out["unique_id"].tolist() == ["a", "a", "b", "b"]
    assert out["period"].astype(str).tolist() == ["2024-02", "2024-03", "2021-03", "2021-04"]
    assert out["forecast"].to_numpy() == pytest.approx([2, 2, 5, 5])


def test_years_that_timestamps_cannot_hold():
    out = forecast_table(table(monthly("a", "0001-11", [1.0, 2, 3])), horizon=1)
    assert out["period"].astype(str).tolist() == ["0002-02"]


def test_rows_in_any_order_and_as_text():
    rows = monthly("a", "2020-01", [float(k % 12 + 10) for k in range(40)])
    plain = forecast_table(table(rows), horizon=3)
    mixed = pd.DataFrame([(n, p + "-01", str(v)) for n, p, v in rows[::-1]], columns=["unique_id", "period", "y"])
    pd.testing.assert_frame_equal(forecast_table(mixed[["y", "period", "unique_id"]], horizon=3), plain)


def test_a_period_column_is_read_as_it_is():
    rows = monthly("a", "2020-01", [4.0] * 5)
    typed = table(rows).assign(period=lambda t: pd.PeriodIndex(t["period"], freq="M"))
    pd.testing.assert_frame_equal(forecast_table(typed, horizon=1), forecast_table(table(rows), horizon=1))


def test_a_missing_month_is_a_gap_not_a_zero():
    rows = monthly("a", "2020-01", [6.0] * 30)
    holed = [row for k, row in enumerate(rows) if k not in (7, 8)]
    holed[3] = ("a", holed[3][1], np.nan)
    assert forecast_table(table(holed), horizon=3)["forecast"].to_numpy() == pytest.approx([6, 6, 6])


def test_only_the_levels_asked_for():
    out = forecast_table(table(monthly("a", "2020-01", [3.0, 5, 4] * 10)), horizon=2, levels=[90])
    assert out.columns.tolist() == ["unique_id", "period", "forecast", "lo90", "hi90", "method"]
    assert ((out["lo90"] <= out["forecast"]) & (out["forecast"] <= out["hi90"])).all()


GOOD = monthly("a", "2020-01", [1.0, 2.0])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([*GOOD, ("a", "2020-02", 3.0)], ["row 3", "row 4", "2020-02", "stand once"]),
        ([*GOOD, ("a", "2020-13", 3.0)], ["row 4", "'2020-13'", "YYYY-MM"]),
        ([*GOOD, ("a", "March", 3.0)], ["row 4", "March", "YYYY-MM"]),
        ([*GOOD, ("a", "2020-03", "n/k")], ["row 4", "'n/k'", "plain number"]),
        ([*GOOD, ("a", "2020-03", np.inf)], ["row 4", "plain number"]),
        ([*GOOD, ("", "2020-03", 1.0)], ["row 4", "needs a name"]),
        ([*GOOD, ("z", "2020-03", np.nan)], ["z", "no value", "at least one number"]),
        ([*GOOD, ("a", "2990-03", 1.0)], ["spans", "years"]),
        ([], ["no row"]),
    ],
)
def test_faults_name_the_row_and_the_cure(rows, said):
    with pytest.raises(PanelInputError) as fault:
        forecast_table(table(rows), horizon=1)
    for words in said:
        assert words in str(fault.value)


def test_many_faults_are_counted():
    rows = [("a", "x", 1.0)] * 10
    with pytest.raises(PanelInputError, match="and 7 more"):
        forecast_table(table(rows), horizon=1)


def test_a_missing_column_is_named():
    with pytest.raises(PanelInputError, match=r"Column y is missing \(found: unique_id, period\)"):
        forecast_table(table(GOOD).drop(columns="y"), horizon=1)


@pytest.mark.parametrize("options", [{"horizon": 0}, {"season": 0}, {"levels": []}, {"levels": [100]}])
def test_options_out_of_range(options):
    with pytest.raises(PanelInputError):
        forecast_table(table(GOOD), **{"horizon": 1, **options})
