"""All that came back together: the later of two returns of one person, what becomes of each value, who is missing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.domain.calendar import month_text
from sop_xl.domain.words import counted
from sop_xl.share.merge import Answer, settle_all
from sop_xl.share.returned import Finding, Remark

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from sop_xl.share.form import Form, Plain
    from sop_xl.share.merge import Place, Settled
    from sop_xl.share.returned import Return


@dataclass(frozen=True)
class Gathered:
    """The answers that count.

    Attributes:
        answers: one a person and place.
        base: what went out, by place.
        replaced: answers that a later one of the same person took the place of.
        remarks: of all files, and on files that came twice.
    """

    answers: list[Answer]
    base: dict[Place, Plain] = field(repr=False)
    replaced: list[Answer]
    remarks: list[Remark]


def gather(returns: Iterable[Return]) -> Gathered:
    """Return the answers that count of all returns, whatever the order in which they come.

    A later return of one person replaces an earlier one, value by value: by the form it answers, then by the
    time the file tells, then by name. A cell that the later one leaves as it went out says nothing, and takes
    nothing back. A file that came twice counts once.
    """
    ordered = sorted(returns, key=_age)
    remarks = [remark for one in ordered for remark in one.remarks]
    seen: dict[tuple[str, str], str] = {}
    last: dict[tuple[str, Place], tuple[Answer, Plain]] = {}
    replaced: list[Answer] = []
    for one in ordered:
        if one.form is None:
            continue
        first = seen.setdefault((one.form.form_id, one.file.sha256), one.file.name)
        if first != one.file.name:
            message = f"The same file as {first}; it counts once."
            remarks.append(Remark(Finding.TWICE, message, one.file.name, who=one.form.recipient))
            continue
        for answer in one.answers:
            before, said = last.get((answer.who, answer.place)), one.base[answer.place]
            if before and before[0].value != before[1]:
                if answer.value == said:
                    continue
                if answer.value != before[0].value:
                    replaced.append(before[0])
            last[answer.who, answer.place] = answer, said
    remarks += _twice(ordered, remarks)
    base: dict[Place, Plain] = {}
    for answer, said in last.values():
        if answer.value != said or answer.place not in base:
            base[answer.place] = said
    given = [
        a if a.value != said else Answer(a.place, base[a.place], a.who, a.at, a.reason, a.source)
        for a, said in last.values()
    ]
    return Gathered(given, base, replaced, remarks)


def _age(one: Return) -> tuple[str, str, str, str]:
    made = one.form.made_at.isoformat() if one.form else ""
    at = one.file.at.isoformat() if one.file.at else ""
    return made, at, one.file.name, one.file.sha256


def _twice(ordered: Sequence[Return], told: Sequence[Remark]) -> list[Remark]:
    """Remark forms that came back more than once with different content."""
    same = {remark.file for remark in told if remark.finding is Finding.TWICE}
    files: dict[str, list[Return]] = defaultdict(list)
    for one in ordered:
        if one.form and one.file.name not in same:
            files[one.form.form_id].append(one)
    out = []
    for returns in files.values():
        for one in returns[:-1]:
            last = returns[-1]
            message = (
                f"{last.form.recipient if last.form else ''} answered again with {last.file.name}; the later counts."
            )
            out.append(Remark(Finding.TWICE, message, one.file.name, who=one.form.recipient if one.form else ""))
    return out


def settle_returns(
    gathered: Gathered, mine: Mapping[Place, Plain], given: Mapping[Place, tuple[str, Plain]]
) -> list[Settled]:
    """Return what becomes of every place that somebody changed, sorted by place.

    Args:
        gathered: the answers that count.
        mine: what stands, by place; a place that is missing is blank.
        given: what an earlier collect took for a place, and from whom: who answers again replaces it.
    """
    base = dict(gathered.base)
    by_place: dict[Place, list[Answer]] = defaultdict(list)
    for answer in gathered.answers:
        by_place[answer.place].append(answer)
    for place, answers in by_place.items():
        who, value = given.get(place, ("", None))
        changed = [answer for answer in answers if answer.value != base[place]]
        again = any(answer.value != value for answer in changed) and all(answer.who == who for answer in changed)
        if again and mine.get(place) == value:
            base[place] = value
    return settle_all(base, mine, gathered.answers)


@dataclass(frozen=True)
class Missing:
    """A form that did not come back.

    Attributes:
        form: the form.
        address: where it went.
    """

    form: Form
    address: str


def missing_forms(forms: Sequence[Missing], answered: Iterable[str], cycle: str) -> list[Missing]:
    """Return the forms of a cycle whose recipients have not answered the last one they got.

    Args:
        forms: all that were made, oldest first.
        answered: ids of forms that came back.
        cycle: the open month.
    """
    last = {(one.form.recipient, one.form.role): one for one in forms if one.form.cycle == cycle}
    back = set(answered)
    return [one for one in last.values() if one.form.form_id not in back]


def reminder(form: Form, today: dt.date) -> tuple[str, str]:
    """Return subject and text of a mail that reminds of a form, before its day or after."""
    month, day, late = month_text(pd.Period(form.cycle, freq="M")), f"{form.expires:%d %b %Y}", today > form.expires
    subject = f"Reminder: your {form.role} figures of {month} {'were' if late else 'are'} due {day}"
    by = f"today, for it was due by {day}" if late else f"by {day}"
    body = (
        f"Dear {form.recipient},\n\n"
        f"we have not yet received your answer to the form {form.form_id} of the {month} cycle "
        f"({counted(form.row_count, 'row')}, sent {form.made_at:%d %b %Y}). Please fill the yellow cells and send the "
        f"file back {by}. If you have nothing to change, send it back as it is.\n\n"
        f"{form.company} planning\n"
    )
    return subject, body
