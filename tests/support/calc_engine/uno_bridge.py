"""Debian's `uno` in the Python of the tests: only that module, and nothing else of the system's packages."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

PLACES = ("/usr/lib/python3/dist-packages", "/usr/lib/libreoffice/program", "/opt/libreoffice/program")
"""Where `uno.py` stands; it finds the library it is made of by itself."""
WITHOUT_UNO = "no uno for this Python: apt-get install python3-uno (it is made for the system's own Python 3)"


def load_uno() -> Any:
    """Return the module `uno`; ImportError where this Python cannot load it."""
    if "uno" in sys.modules:
        return sys.modules["uno"]
    for place in PLACES:
        path = Path(place) / "uno.py"
        if path.exists():
            return _loaded(path)
    raise ImportError(WITHOUT_UNO)


def _loaded(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("uno", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["uno"] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as fault:
        del sys.modules["uno"]
        raise ImportError(f"{WITHOUT_UNO}; {path}: {fault}") from fault
    return module


def struct(name: str, **fields: Any) -> Any:
    """Return a UNO struct, `com.sun.star.` left out of its name."""
    made = load_uno().createUnoStruct(f"com.sun.star.{name}")
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def enum(name: str, member: str) -> Any:
    """Return a member of a UNO enum."""
    return load_uno().Enum(f"com.sun.star.{name}", member)


def constant(name: str) -> Any:
    """Return a UNO constant."""
    return load_uno().getConstantByName(f"com.sun.star.{name}")


def properties(**values: Any) -> tuple[Any, ...]:
    """Return named values as UNO takes them."""
    return tuple(struct("beans.PropertyValue", Name=name, Value=value) for name, value in values.items())
