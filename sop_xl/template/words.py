"""Fragments of formulas for sentences: figures and months that read the same in every locale.

`TEXT` takes its format codes in the user's language (`JJJJ` for years in German, a comma for the point),
so sentences are put together from `FIXED`, `YEAR` and the name `sop_months` instead. A fragment is an
expression without the leading `=`.
"""

from __future__ import annotations


def month_words(date: str) -> str:
    """Return the fragment for a date as `Nov 26`."""
    return f'(INDEX(sop_months,MONTH({date}))&" "&RIGHT(YEAR({date}),2))'


def figure(value: str, decimals: int = 0) -> str:
    """Return the fragment for a number with separators, its minus as long as a plus."""
    return f'SUBSTITUTE(FIXED({value},{decimals}),"-","−")'


def signed(value: str, decimals: int = 0) -> str:
    """Return the fragment for a difference, which always shows its sign; nothing that rounds to zero has one."""
    return f'(IF(ROUND({value},{decimals})>0,"+","")&{figure(value, decimals)})'


def money(value: str) -> str:
    """Return the fragment for an amount in millions or thousands, as its size asks."""
    return (
        f'IF(ABS({value})>=999500,{figure(f"({value})/10^6", 1)}&" m",'
        f'IF(ABS({value})>=10000,{figure(f"({value})/1000")}&" k",{figure(value)}))'
    )


def money_like(value: str, largest: str) -> str:
    """Return the fragment for an amount in the unit that the largest of its chart has: m, k, or none."""
    return (
        f'IF({largest}>=999500,{figure(f"({value})/10^6", 2)}&" m",'
        f'IF({largest}>=10000,{figure(f"({value})/1000", 1)}&" k",{figure(value)}))'
    )


def signed_money(value: str) -> str:
    """Return the fragment for a difference of amounts, which always shows its sign."""
    return f'(IF({value}>0,"+","")&{money(value)})'


def cut(text: str, length: int) -> str:
    """Return the fragment for a text that must not run into what stands beside it."""
    return f'IF(LEN({text})>{length},LEFT({text},{length - 1})&"…",{text}&"")'


def plural(count: str, one: str, many: str) -> str:
    """Return the fragment for a count and its noun: `1 override`, `3 overrides`."""
    return f'({count}&IF({count}=1," {one}"," {many}"))'


def kpi(name: str, column: str = "Value") -> str:
    """Return the fragment for a field of a key figure, or "" where it is blank or not there."""
    found = f'INDEX(tblKpis[{column}],MATCH("{name}",tblKpis[KPI],0))'
    return f'IFERROR(IF({found}="","",{found}),"")'
