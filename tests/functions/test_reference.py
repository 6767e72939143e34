"""docs/functions.md is what the functions' docstrings say."""

from pathlib import Path

from sop_xl.functions.catalogue import FUNCTIONS, MODULES, by_area
from sop_xl.functions.reference import reference

PAGE = Path(__file__).parent.parent.parent / "docs" / "functions.md"


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == reference(), "run: make docs"


def test_every_function_and_argument_is_there():
    page = reference()
    for function in FUNCTIONS.values():
        section = page.split(f"\n### {function.name}\n")[1].split("\n### ")[0]
        assert function.syntax in section
        assert function.returns in section
        assert [a.name for a in function.arguments if a.help not in section] == []


def test_functions_stand_in_the_order_of_their_areas_and_modules():
    listed = [function for functions in by_area().values() for function in functions]
    assert sorted(function.name for function in listed) == sorted(FUNCTIONS)
    for functions in by_area().values():
        places = [[m.__name__ for m in MODULES].index(f.call.__module__) for f in functions]
        assert places == sorted(places)
