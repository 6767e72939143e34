"""The leak lint: what must not be in a file that leaves. A finding stops the mail.

Each rule looks at the package as it will be sent, not at what made it. The rules follow from how leaks happen:
caches and hidden sheets keep figures nobody sees, properties keep names, links keep paths.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from sop_xl.domain.errors import SopError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


@dataclass(frozen=True)
class Leak:
    """Something that must not go out: the rule it breaks, the part it is in, and what was found."""

    rule: str
    part: str
    found: str

    def __str__(self) -> str:
        """Return `hidden-sheet: xl/workbook.xml: 'Costs' is hidden`."""
        return f"{self.rule}: {self.part}: {self.found}"


class LeakError(SopError):
    """A file that was to be sent holds what must not leave."""

    def __init__(self, file: str, leaks: Sequence[Leak]) -> None:
        """Name the file and all that was found in it."""
        self.leaks = tuple(leaks)
        listed = "\n".join(f"  {leak}" for leak in leaks)
        super().__init__(f"{file} was not made, for it would tell what must not leave:\n{listed}")


@dataclass(frozen=True)
class Allowed:
    """What a file may hold, and what it must.

    Attributes:
        author: the team's name; no other name may be in the properties.
        figures: figures the recipient may not see, as they are stored.
        words: names the recipient may not see.
        label: the sensitivity label of the source that the file must carry; blank: none.
    """

    author: str
    figures: frozenset[float] = frozenset()
    words: frozenset[str] = frozenset()
    label: str = ""


@dataclass(frozen=True)
class Package:
    """The parts of an `.xlsx` by name."""

    parts: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def read(cls, content: bytes) -> Package:
        """Read a package."""
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return cls({name: archive.read(name) for name in archive.namelist()})

    def tree(self, name: str) -> etree._Element | None:
        """Return a part's XML; None where there is no such part."""
        content = self.parts.get(name)
        return None if content is None else etree.fromstring(content, PARSER)

    def named(self, pattern: str) -> list[str]:
        """Return the parts whose names match, in order."""
        return sorted(name for name in self.parts if re.search(pattern, name, re.IGNORECASE))

    @cached_property
    def sheets(self) -> dict[str, etree._Element]:
        """The sheets by part name."""
        return {name: etree.fromstring(self.parts[name], PARSER) for name in self.named(r"^xl/worksheets/[^/]+\.xml$")}

    @cached_property
    def workbook(self) -> etree._Element:
        """The workbook part; an empty one where there is none."""
        tree = self.tree("xl/workbook.xml")
        return etree.Element("workbook") if tree is None else tree

    @cached_property
    def visible(self) -> frozenset[str]:
        """Names of the sheets one can see."""
        states = (
            (sheet.get("name", ""), sheet.get("state", "visible")) for sheet in self.workbook.iter(f"{MAIN}sheet")
        )
        return frozenset(name for name, state in states if state == "visible")

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """All shared strings."""
        tree = self.tree("xl/sharedStrings.xml")
        if tree is None:
            return ()
        return tuple("".join(t.text or "" for t in item.iter(f"{MAIN}t")) for item in tree.iter(f"{MAIN}si"))


def leaks_in(content: bytes, allowed: Allowed) -> list[Leak]:
    """Return all that must not leave with an `.xlsx`; nothing where it may go.

    Args:
        content: the file's bytes.
        allowed: what it may hold.
    """
    from sop_xl.share.leak_cells import CELL_RULES
    from sop_xl.share.leak_parts import PART_RULES

    package = Package.read(content)
    return [leak for rule in (*PART_RULES, *CELL_RULES) for leak in rule(package, allowed)]
