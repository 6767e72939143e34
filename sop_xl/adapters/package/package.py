"""The zip package of a workbook: its parts, how they point at each other, and the few that change."""

from __future__ import annotations

import copy
import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from xml.parsers import expat

from sop_xl.adapters.package import container
from sop_xl.adapters.package.xml_text import decoded, escaped, parsed, plain
from sop_xl.domain.errors import WorkbookError

CONTENT_TYPES = "[Content_Types].xml"
NO_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Relation:
    """One part's pointer at another: `kind` is the last word of its type, `target` a part's name."""

    id: str
    kind: str
    target: str


class Package:
    """A workbook's parts, of which some are changed, added or left out when it is written.

    Parts that are not changed are written with the bytes, the order and the dates they had.
    """

    def __init__(self, data: bytes, name: str) -> None:
        """Take the bytes of a workbook file; `name` is for messages."""
        self.name = name
        self._archive = container.opened(data, name)
        self._parts = {part.filename: part for part in self._archive.infolist()}
        self._changed: dict[str, bytes] = {}
        self._removed: set[str] = set()
        self._texts: dict[str, str] = {}

    @cached_property
    def _names(self) -> dict[str, str]:
        return {name.casefold(): name for name in self._parts}

    def names(self) -> list[str]:
        """Return the parts' names, in the order they have in the file, added ones last."""
        added = [name for name in self._changed if name not in self._parts]
        return [name for name in (*self._parts, *added) if name not in self._removed]

    def _stored(self, part: str) -> str:
        """Return a part's name as the file spells it: names differ by more than case."""
        return self._names.get(part.casefold(), part)

    def bytes_of(self, part: str) -> bytes:
        """Return a part's content as it is now.

        Raises:
            WorkbookError: there is no such part, or it is damaged.
        """
        name = self._stored(part)
        if name in self._changed:
            return self._changed[name]
        if not self.has(name):
            raise WorkbookError(f"{self.name} is damaged: it has no part {part}.")
        try:
            return self._archive.read(name)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as fault:
            raise WorkbookError(f"{self.name} is damaged: {part} cannot be read ({fault}).") from fault

    def text_of(self, part: str) -> str:
        """Return an XML part as text, as it is now."""
        name = self._stored(part)
        if name not in self._texts:
            self._texts[name] = decoded(self.bytes_of(name), name)
        return self._texts[name]

    def plain_text_of(self, part: str) -> str:
        """Return an XML part as text in the plain form of `xml_text.plain`."""
        return plain(self.text_of(part), part)

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        name = self._stored(part)
        return name in self._changed or (name in self._parts and name not in self._removed)

    def put(self, part: str, text: str) -> None:
        """Change or add a part; a text equal to the one it has changes nothing."""
        name = self._stored(part)
        if self.has(name) and self.text_of(name) == text:
            return
        self._changed[name] = text.encode()
        self._texts[name] = text

    @property
    def changed(self) -> list[str]:
        """The parts that are written with a new content."""
        return list(self._changed)

    @property
    def is_changed(self) -> bool:
        """Whether anything would be written differently."""
        return bool(self._changed or self._removed)

    def relations(self, part: str) -> list[Relation]:
        """Return where `part` points inside the package; the empty part is the package itself."""
        path = self._relations_part(part)
        if not self.has(path):
            return []
        folder = posixpath.dirname(part)
        out = []
        for element in parsed(self.text_of(path), path):
            if element.get("TargetMode") == "External" or not element.get("Target"):
                continue
            target = posixpath.normpath(posixpath.join("/" + folder, element.get("Target"))).lstrip("/")
            out.append(Relation(element.get("Id", ""), element.get("Type", "").rpartition("/")[2], target))
        return out

    @staticmethod
    def _relations_part(part: str) -> str:
        folder, name = posixpath.split(part)
        return posixpath.join(folder, "_rels", f"{name}.rels")

    def parts_of_type(self, ending: str) -> list[str]:
        """Return the parts whose content type ends with `ending`, such as `chart+xml`."""
        types = parsed(self.text_of(CONTENT_TYPES), CONTENT_TYPES)
        named = [e.get("PartName", "").lstrip("/") for e in types if e.get("ContentType", "").endswith(ending)]
        return [name for name in named if name and self.has(name)]

    def remove(self, owner: str, kind: str) -> None:
        """Leave out the parts of that kind that `owner` points at, with the pointers and their content types."""
        for relation in self.relations(owner):
            if relation.kind != kind:
                continue
            path = self._relations_part(owner)
            self.put(path, _without(self.plain_text_of(path), "Relationship", "Id", relation.id))
            types = self.plain_text_of(CONTENT_TYPES)
            self.put(CONTENT_TYPES, _without(types, "Override", "PartName", f"/{relation.target}"))
            self._changed.pop(self._stored(relation.target), None)
            self._removed.add(self._stored(relation.target))

    def add(self, owner: str, part: str, text: str, *, relation_type: str, content_type: str) -> None:
        """Add a part that `owner` points at."""
        path = self._relations_part(owner)
        relations = self.plain_text_of(path)
        number = 1 + max((int(n) for n in re.findall(r'Id="rId(\d+)"', relations)), default=0)
        target = posixpath.relpath(part, posixpath.dirname(owner) or ".")
        pointer = f'<Relationship Id="rId{number}" Type="{relation_type}" Target="{escaped(target)}"/>'
        self.put(path, _appended(relations, pointer))
        override = f'<Override PartName="/{part}" ContentType="{content_type}"/>'
        self.put(CONTENT_TYPES, _appended(self.plain_text_of(CONTENT_TYPES), override))
        self.put(part, text)

    def written(self) -> bytes:
        """Return the file: changed parts new, all others byte for byte as they were."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in self.names():
                info = copy.copy(self._parts[name]) if name in self._parts else _new_part(name)
                content = self._changed[name] if name in self._changed else self._archive.read(name)
                archive.writestr(info, content)
        return out.getvalue()

    def verify(self, data: bytes) -> None:
        """Check bytes that `written` gave: whole, the same parts, changed ones well-formed.

        Raises:
            WorkbookError: they are not what they should be; nothing may be replaced by them.
        """
        with container.opened(data, self.name) as archive:
            bad = archive.testzip()
            if bad or archive.namelist() != self.names():
                raise WorkbookError(f"{self.name}: what was written does not read back ({bad}); the file is unchanged.")
            for part in self._changed:
                try:
                    expat.ParserCreate().Parse(archive.read(part), True)
                except expat.ExpatError as fault:
                    raise WorkbookError(
                        f"{self.name}: {part} came out wrong ({fault}); the file is unchanged."
                    ) from fault


def _new_part(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, NO_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _without(text: str, tag: str, attribute: str, value: str) -> str:
    pattern = rf'<{tag}\b(?=[^>]*\b{attribute}="{re.escape(escaped(value))}")[^>]*?(?:/>|>\s*</{tag}>)'
    return re.sub(pattern, "", text, count=1)


def _appended(text: str, element: str) -> str:
    end = text.rindex("</")
    return text[:end] + element + text[end:]
