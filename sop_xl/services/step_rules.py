"""The rules of a cycle's steps: which one is meant, whether it may be signed, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.cycle.locks import signed_words
from sop_xl.cycle.steps import DONE, steps_of, unknown_locks
from sop_xl.domain.errors import InvalidInputError, SopError
from sop_xl.domain.issue import stops
from sop_xl.domain.words import counted
from sop_xl.schema.inputs import CYCLE_STEPS

if TYPE_CHECKING:
    from sop_xl.services.inputs import Inputs


class StepError(SopError):
    """A step that is not there, or cannot be signed or reopened as the cycle stands."""


def cycle_of(inputs: Inputs) -> str:
    """Return the open month, as the tables name a cycle.

    Raises:
        InvalidInputError: the settings have faults.
    """
    if inputs.settings is None:
        raise InvalidInputError(stops(inputs.issues))
    return str(inputs.settings.current_period)


def steps_in(frame: pd.DataFrame, cycle: str) -> pd.DataFrame:
    """Return the steps of a cycle in their order.

    Raises:
        StepError: it has none.
    """
    steps = steps_of(frame, cycle)
    if steps.empty:
        raise StepError(f"Cycle {cycle} has no steps yet. Make them: sop-xl cycle new FILE.xlsm.")
    return steps


def find_step(steps: pd.DataFrame, wanted: str) -> pd.Series:
    """Return the step of that name or number.

    Raises:
        StepError: there is none; the message lists those there are.
    """
    names = steps["step"].str.casefold()
    found = steps[names.eq(wanted.strip().casefold()) | steps["step_order"].map("{:g}".format).eq(wanted.strip())]
    if len(found) != 1:
        there = ", ".join(f"{o:g} {s}" for o, s in zip(steps["step_order"], steps["step"], strict=True))
        raise StepError(f"There is no step '{wanted}'. Steps of this cycle: {there}.")
    return found.iloc[0]


def first_open(steps: pd.DataFrame, cycle: str) -> pd.Series:
    """Return the first step that is not signed.

    Raises:
        StepError: all are.
    """
    waiting = steps[steps["status"].ne(DONE)]
    if waiting.empty:
        raise StepError(f"All steps of {cycle} are signed. Close the month once its actuals are in.")
    return waiting.iloc[0]


def with_reason(steps: pd.DataFrame) -> pd.Series:
    """Return the step in whose row a reason to reopen it stands.

    Raises:
        StepError: there is none.
    """
    found = steps[steps["reopen_reason"].ne("")]
    if found.empty:
        column = CYCLE_STEPS.column("reopen_reason").header
        raise StepError(f"Type why into '{column}' of the step on the sheet {CYCLE_STEPS.sheet}, then reopen it.")
    return found.iloc[0]


def check_signable(step: pd.Series, steps: pd.DataFrame, inputs: Inputs, cycle: str, who: str) -> None:
    """Check that a step may be signed: by whom, in its order, on a plan of these inputs.

    Raises:
        StepError: it may not; the message says why and what to do.
    """
    name = str(step["step"])
    if not who.strip():
        raise StepError(f'Who signs {name}? Name the person: --by "...".')
    if step["status"] == DONE:
        raise StepError(f"{signed_words(step)}. To sign it again, reopen it with a reason first.")
    if unknown_locks(step):
        raise StepError(f"{name} locks '{unknown_locks(step)[0]}', which is no input table. Correct the column Locks.")
    before = steps.loc[: step.name].iloc[:-1]
    waiting = before[before["status"].ne(DONE)]
    if len(waiting):
        raise StepError(
            f"{waiting['step'].iloc[0]} of {cycle} is not signed yet, and {name} rests on it. Sign it first."
        )
    if inputs.changes:
        typed = counted(len(inputs.changes), "figure was", "figures were")
        raise StepError(f"{typed} typed into Demand review and not planned yet. Run the cycle first.")
    if len(before) and inputs.stored_cycle != pd.Period(cycle, freq="M"):
        raise StepError(f"There is no plan of {cycle} to sign {name} on. Run the cycle first.")


def with_row(frame: pd.DataFrame, step: pd.Series, **values: object) -> pd.DataFrame:
    """Return the calendar with these cells of a step changed."""
    changed = frame.copy()
    for name, value in values.items():
        changed.loc[step.name, name] = value  # type: ignore[index]
    return changed


def asides(step: pd.Series, who: str) -> list[str]:
    """Return what should be known of a signature: somebody else than the owner gave it."""
    owner = str(step["owner"])
    return [f"{step['step']} belongs to {owner}; {who} signed it."] if owner and owner != who else []


def what_next(steps: pd.DataFrame, cycle: str) -> str:
    """Return what comes next in a cycle, as a sentence."""
    if steps.empty:
        return f"Make the calendar of {cycle}: sop-xl cycle new FILE.xlsm."
    waiting = steps[steps["status"].ne(DONE)]
    if waiting.empty:
        return f"All steps of {cycle} are signed: close the month once its actuals are in."
    step = waiting.iloc[0]
    due = "" if pd.isna(step["due"]) else f" by {step['due']:%Y-%m-%d}"
    who = f"{step['owner']}: " if step["owner"] else ""
    return f"{who}finish and sign {step['step']}{due}."
