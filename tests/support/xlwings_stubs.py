"""xlwings as it is on Windows, on Linux: its real UDF code, with empty modules where pywin32 would be.

On Linux xlwings' decorators do nothing and check nothing. Here the real ones run, and so do the code
that Excel's call goes through (`call_udf`) and the converters with the Windows engine's own rules for
cells: blanks, dates, error numbers. Only COM itself is missing: arguments are values, never ranges.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import importlib
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

import xlwings as xw

if TYPE_CHECKING:
    from collections.abc import Iterator

UDF_MODULE = "sop_xl.entrypoints.udfs"
MISSING = -2147352572
"""What COM gives for an optional argument that was left out."""
ERRORS = {"#N/A": -2146826246, "#DIV/0!": -2146826281, "#REF!": -2146826265}
"""Error values of cells as COM gives them."""
_REAL = ("xlwings.udfs", "xlwings.com_server", "xlwings._xlwindows", "xlwings._win32patch", UDF_MODULE)


class _Anything(type):
    """A class of pywin32 of which nothing is used: any attribute is there."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Thing


class _Thing(metaclass=_Anything):
    def __init__(self, *args: object, **options: object) -> None:
        pass

    def __call__(self, *args: object) -> _Thing:
        return _Thing()

    def __getattr__(self, name: str) -> Any:
        return _Thing()


class _ComError(Exception):
    """pywin32's error."""


class _Stub(ModuleType):
    __path__: list[str] = []  # noqa: RUF012

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Thing


_STUBS = (
    "pythoncom",
    "pywintypes",
    "win32api",
    "win32con",
    "win32event",
    "win32gui",
    "win32process",
    "win32timezone",
    "winerror",
    "win32com",
    "win32com.client",
    "win32com.server",
    "win32com.server.dispatcher",
    "win32com.server.policy",
    "win32com.server.util",
)


@dataclass(frozen=True)
class Windows:
    """xlwings with its Windows parts.

    Attributes:
        udfs: the module `xlwings.udfs`.
        functions: the product's module of worksheet functions, decorated by xlwings' real decorators.
    """

    udfs: Any
    functions: Any

    def call(self, name: str, *arguments: object) -> Any:
        """Return what Excel gets from the function when it calls it through the wrapper."""
        return self.udfs.call_udf(UDF_MODULE, name, list(arguments))


@contextmanager
def windows() -> Iterator[Windows]:
    """Give xlwings as on Windows; afterwards everything is as before."""
    kept = {name: sys.modules.pop(name, None) for name in (*_STUBS, *_REAL)}
    decorators = {name: getattr(xw, name) for name in ("func", "arg", "ret", "sub", "script")}
    engines, by_name = list(xw.engines), dict(xw.engines.engines_by_name)
    dlls = {name: getattr(ctypes, name, None) for name in ("windll", "oledll", "PyDLL")}
    try:
        yield _installed()
    finally:
        for name, module in kept.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module
        for name, decorator in decorators.items():
            setattr(xw, name, decorator)
        xw.engines.engines[:] = engines
        xw.engines.engines_by_name.clear()
        xw.engines.engines_by_name.update(by_name)
        for name, dll in dlls.items():
            setattr(ctypes, name, dll)


def _installed() -> Windows:
    for name in _STUBS:
        sys.modules[name] = _Stub(name)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, sys.modules[name])
    sys.modules["pywintypes"].com_error = _ComError  # type: ignore[attr-defined]
    sys.modules["pywintypes"].TimeType = dt.datetime  # type: ignore[attr-defined]
    sys.modules["pythoncom"].CoInitialize = lambda: None  # type: ignore[attr-defined]
    sys.modules["pythoncom"].__file__ = "pythoncom"
    sys.modules["pythoncom"].TypeIIDs = {_Thing: _Thing}  # type: ignore[attr-defined]
    ctypes.windll = ctypes.oledll = ctypes.PyDLL = _Thing()  # type: ignore[attr-defined,misc,assignment]
    udfs = importlib.import_module("xlwings.udfs")
    xlwindows = importlib.import_module("xlwings._xlwindows")
    xw._xlwindows = xlwindows
    xw.func, xw.arg, xw.ret, xw.sub, xw.script = udfs.xlfunc, udfs.xlarg, udfs.xlret, udfs.xlsub, udfs.xlsub
    xw.engines.add(xw.Engine(impl=xlwindows.engine))
    return Windows(udfs, importlib.import_module(UDF_MODULE))
