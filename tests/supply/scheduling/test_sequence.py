"""Order and time: nothing overlaps, nothing starts too early, the classics come out at their proven best."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_xl.adapters import scheduler as adapter
from sop_xl.adapters.scheduler import CpSatScheduler, DispatchScheduler
from sop_xl.domain.errors import SopError
from sop_xl.supply.scheduling.dispatch import dispatch
from sop_xl.supply.scheduling.timetable import Clock, timetable
from tests.supply.scheduling.shops import FT06, LA01, MINUTES, classic, shop


def test_the_clock_skips_a_closed_day():
    # Days of 8, 0, 4 h. Ten hours from noon of day 1: 4 h that day, 0, then 4: two are left over.
    clock = Clock(np.array([8.0, 0.0, 4.0]))
    assert clock.after(0.0, 8.0) == 1.0
    assert clock.after(0.5, 6.0) == 2.5
    assert clock.opening(1.0) == 2.0
    assert clock.after(0.5, 8.0) == 3.0
    assert clock.after(0.5, 8.5) == np.inf
    assert clock.opening(3.0) == np.inf


def test_two_lots_by_hand():
    # A: 4 h on 0, then 4 h on 1; B: 8 h on 0. Days of 8 h. B first is due later, so A goes first.
    table = timetable(two := shop([[(0, 4), (1, 4)], [(0, 8)]], [[8] * 3] * 2, due=[1, 2]), dispatch(two))
    assert table.start.tolist() == [0, 0.5, 0.5]
    assert table.end.tolist() == [0.5, 1.0, 1.5]
    assert table.lateness(two) == 0


@pytest.mark.parametrize("how", [DispatchScheduler(), CpSatScheduler(effort=0.5)])
def test_a_setup_is_paid_where_the_family_changes(how):
    # Four lots of 2 h on one line, all due on day 2: families together pay twice 1 h, in turns four times.
    red, blue = ("red", 1.0), ("blue", 1.0)
    line = shop([[(0, 2)]] * 4, [[8, 8, 8]], setups=[red, blue, red, blue], due=[2] * 4)
    table = how.schedule(line)
    assert table.setup.sum() == 2
    assert table.end.max() == pytest.approx(1.25)  # 8 h of work and 2 h of setups


def test_what_does_not_fit_is_left_out_and_nothing_else():
    table = DispatchScheduler().schedule(shop([[(0, 8)], [(0, 8)], [(0, 20)]], [[8, 8]], due=[1, 2, 3]))
    assert table.end.tolist() == [1, 2, np.inf]


@pytest.mark.parametrize(("jobs", "best"), [(FT06, 55), (LA01, 666)])
def test_classic_job_shops_come_out_at_their_proven_best(jobs, best):
    table = CpSatScheduler(makespan=True, effort=20).schedule(classic(jobs))
    assert round(table.end.max() * MINUTES, 6) == best


@st.composite
def shops(draw):
    jobs = draw(
        st.lists(
            st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9)), min_size=1, max_size=3), min_size=1, max_size=6
        )
    )
    count = sum(map(len, jobs))
    setups = draw(
        st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([0.0, 1.0])), min_size=count, max_size=count)
    )
    due = draw(st.lists(st.integers(1, 4), min_size=len(jobs), max_size=len(jobs)))
    release = draw(st.lists(st.sampled_from([0.0, 0.5, 2.0]), min_size=len(jobs), max_size=len(jobs)))
    daily = draw(st.lists(st.lists(st.sampled_from([0.0, 4.0, 8.0]), min_size=6, max_size=6), min_size=3, max_size=3))
    links = [(len(jobs[0]) - 1, count - 1)] if len(jobs) > 1 else []
    return shop(jobs, daily, setups=setups, due=due, release=release, links=links)


def sound(one, table):
    """Whether a timetable keeps order, release, hours of each day, and one task at a time."""
    fits = np.isfinite(table.end)
    release = one.lots["release"].to_numpy()[one.tasks["lot"]]
    assert (table.start[fits] >= release[fits] - 1e-9).all()
    for first, second in one.before.tolist():
        assert not fits[second] or table.end[first] <= table.start[second] + 1e-9
    resource = one.tasks["resource"].to_numpy()
    for r, hours in enumerate(one.daily):
        mine = np.flatnonzero(fits & (resource == r))
        mine = mine[np.argsort(table.start[mine], kind="stable")]
        assert (table.end[mine][:-1] <= table.start[mine][1:] + 1e-9).all()
        clock = Clock(hours)
        worked = [clock.worked(table.end[k]) - clock.worked(table.start[k]) for k in mine]
        assert np.allclose(worked, (one.tasks["hours"].to_numpy() + table.setup)[mine])


@given(shops())
@settings(max_examples=60, deadline=None)
def test_the_dispatch_rule_keeps_order_and_hours(one):
    sound(one, DispatchScheduler().schedule(one))


@given(shops())
@settings(max_examples=8, deadline=None)
def test_cp_sat_keeps_order_and_hours_and_is_never_worse_than_the_rule(one):
    found, rule = CpSatScheduler(effort=0.2).schedule(one), DispatchScheduler().schedule(one)
    sound(one, found)
    assert found.lateness(one) <= rule.lateness(one) + 1e-9


def test_the_same_shop_gives_the_same_schedule():
    tables = [CpSatScheduler(effort=0.02).schedule(classic(LA01)) for _ in range(2)]
    assert tables[0].start.tolist() == tables[1].start.tolist()


def test_without_or_tools_the_rule_is_used_and_says_so(monkeypatch):
    monkeypatch.setattr(adapter, "find_spec", lambda name: None)
    assert adapter.scheduler().name == "dispatch rule"
    with pytest.raises(SopError, match=r"pip install sop-xl\[schedule\]"):
        CpSatScheduler().schedule(classic(FT06))


def test_tasks_in_a_circle_are_refused():
    with pytest.raises(ValueError, match="circle"):
        DispatchScheduler().schedule(shop([[(0, 1), (1, 1)]], [[8], [8]], links=[(1, 0)]))
