"""What launches, gates and ends of life may not say against each other."""

import pytest

from tests.schema.test_checks import codes, issues

ITEMS = "item,source,launch_period,end_period,like_item\nA,make,,,\nB,buy,,2027-06,\nN,make,2027-01,,\n"
ROUTINGS = "item,operation,resource,hours_per_unit\nA,10,Line,0.5\nN,10,Line,0.5\n"
LAUNCHES = "launch,item,like_item,launch_period,cannibalises,cannibal_pct\n"


def found(**tables):
    return codes(items=ITEMS, routings=ROUTINGS, **tables)


def test_a_sound_plan_of_launches_and_ends():
    gates = "launch,gate,planned,passed\nL,idea,2026-01,2026-02\nL,launch,2026-12,\n"
    ends = "item,successor\nB,A\n"
    assert found(launches=LAUNCHES + "L,N,A,,A,20\n", launch_gates=gates, phase_outs=ends) == []


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        ("L,A,,,,\n", "no-launch-month", "D2"),
        ("L,N,A,,N,10\n", "own-parent", "E2"),
        ("L,N,A,,,10\n", "no-parent", "E2"),
        ("L,N,A,2026-09,,\n", "not-launched", "D2"),
    ],
)
def test_launches(row, code, cell):
    assert found(launches=LAUNCHES + row) == [(code, f"launches.csv!{cell}")]


@pytest.mark.parametrize(("month", "code"), [("2026-10", "gate-overdue"), ("2027-02", "gate-after-launch")])
def test_gates(month, code):
    gates = f"launch,gate,planned\nL,launch,{month}\n"
    assert found(launches=LAUNCHES + "L,N,A,,,\n", launch_gates=gates) == [(code, "launch_gates.csv!C2")]


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        ("A,,\n", "no-end", "A2"),
        ("B,B,\n", "own-successor", "B2"),
        ("B,N,80\n", "planned-twice", "C2"),
    ],
)
def test_ends_of_life(row, code, cell):
    launches = LAUNCHES + "L,N,B,,,\n"
    assert found(launches=launches, phase_outs="item,successor,takeover_pct\n" + row) == [
        (code, f"phase_outs.csv!{cell}")
    ]


def test_an_unknown_launch_of_a_gate_is_named():
    (issue,) = issues(launch_gates="launch,gate\nX,idea\n", launches=LAUNCHES + "L,A,,2027-01,,\n")
    assert (issue.code, issue.message) == ("unknown-launch", "Launch 'X' is not in the table Launches.")


BASS = "launch,item,like_item,launch_period,curve,bass_market,bass_p,bass_q\n"


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        ("L,N,A,,bass,0,0.03,0.4", "bass-market", "F2"),
        ("L,N,A,,bass,100,0,0.4", "bass-still", "G2"),
        ("L,N,A,,bass,100,0,0", "bass-still", "G2"),
        ("L,N,A,,bass,100,0.03,", "bass-half", "G2"),
        ("L,N,,,bass,100,,", "bass-untold", "G2"),
        ("L,N,,,bass,,,", "bass-untold", "F2"),
        ("L,N,A,,ramp,100,,", "bass-unused", "F2"),
    ],
)
def test_bass_figures_that_give_no_curve_are_named_with_their_cell(row, code, cell):
    assert found(launches=BASS + row + "\n") == [(code, f"launches.csv!{cell}")]


def test_a_sound_bass_launch():
    assert found(launches=BASS + "L,N,,,bass,100,0.03,0.4\nM,N,A,,bass,,,\n") == []
    assert found(launches=BASS + "L,N,,,bass,,,\n", launch_likes="launch,like_item\nL,A\n") == []


@pytest.mark.parametrize(
    ("like", "launch", "code", "cell"),
    [
        ("L,N,", "L,N,,,,", "own-like", "launch_likes.csv!B2"),
        ("L,A,0", "L,N,,,,", "no-weight", "launch_likes.csv!C2"),
        ("L,A,2", "L,N,B,,,", "two-like-items", "launches.csv!C2"),
    ],
)
def test_like_items_that_do_not_count(like, launch, code, cell):
    likes = f"launch,like_item,weight\n{like}\n"
    assert found(launches=LAUNCHES + launch + "\n", launch_likes=likes) == [(code, cell)]
