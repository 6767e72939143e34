"""Finished pieces of work kept in a folder, so that a computation that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import importlib
import shutil
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

import sop_xl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sop_xl.ports import Compute

OURS = "sop_xl."
"""Packages whose classes may be made from a file."""


class KeptResults:
    """Computes elsewhere what is not in the folder yet, and puts it there.

    A piece is known by its function, its content and the version of sop_xl, so parts of another
    computation are never taken for it. Results are arrays, or dataclasses of arrays.
    """

    def __init__(self, compute: Compute, folder: Path) -> None:
        """Compute with `compute`; the folder is made with the first result."""
        self._compute, self._folder = compute, folder

    def map(self, function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Any]:
        """Yield the results in order, those found in the folder without computing them."""
        places = [self._folder / f"{_digest(function, task)}.npz" for task in tasks]
        found = {place: result for place in places if (result := _load(place)) is not None}
        missing = [(place, task) for place, task in zip(places, tasks, strict=True) if place not in found]
        computed = self._compute.map(function, [task for _, task in missing])
        try:
            for place in places:
                if place not in found:
                    result = next(computed)
                    _save(place, result)
                    yield result
                else:
                    yield found.pop(place)
        finally:
            if hasattr(computed, "close"):
                computed.close()

    def forget(self) -> None:
        """Delete the folder: the whole is done."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _digest(function: Callable[[Any], Any], task: Any) -> str:
    digest = hashlib.sha256(f"{sop_xl.__version__} {function.__module__}.{function.__qualname__}".encode())
    for field in fields(task):
        value = np.ascontiguousarray(getattr(task, field.name))
        digest.update(f"{field.name} {value.dtype} {value.shape}".encode())
        digest.update(value.tobytes())
    return digest.hexdigest()


def _save(place: Path, result: Any) -> None:
    kind = f"{type(result).__module__}:{type(result).__qualname__}" if is_dataclass(result) else ""
    parts = {f.name: getattr(result, f.name) for f in fields(result)} if is_dataclass(result) else {"array": result}
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_suffix(".tmp")
    with unfinished.open("wb") as file:
        np.savez(file, kind=np.array(kind), **parts)
    unfinished.replace(place)


def _load(place: Path) -> Any:
    """Return a kept result; None where there is none, or none that can be read."""
    try:
        with place.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            kind = str(file["kind"])
            parts = {name: file[name] for name in file.files if name != "kind"}
    except (FileNotFoundError, BadZipFile, ValueError, KeyError, EOFError):
        return None
    if not kind:
        return parts.get("array")
    module, _, name = kind.partition(":")
    if not module.startswith(OURS):
        return None
    made: Any = getattr(importlib.import_module(module), name)
    return made(**parts) if hasattr(made, "__dataclass_fields__") else None
