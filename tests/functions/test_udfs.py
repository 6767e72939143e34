"""The functions through xlwings' own code, as Excel calls them on Windows: metadata, converters, answers."""

import datetime as dt
import inspect
import re

import pytest

from sop_xl.entrypoints import udfs
from sop_xl.functions.catalogue import FUNCTIONS
from sop_xl.functions.examples import examples
from tests.support.xlwings_stubs import ERRORS, MISSING, windows

VBA_WORDS = """
    addressof alias and any append array as attribute base binary boolean byref byte byval call case cbool cbyte ccur
    cdate cdbl cdec cint clng close compare const csng cstr currency cvar database date debug decimal declare default
    defbool deftype dim do double each else elseif empty end endif enum eqv erase error event exit explicit false for
    format friend function get global gosub goto if imp implements in input integer is lbound len let lib like line
    lock long loop lset me mid mod module name new next not nothing null object on open option optional or output
    paramarray preserve print private property public put raiseevent random read redim rem resume return rset seek
    select set shared single spc static step stop string sub tab text then time to true type typeof ubound unlock
    until variant vb wend while width with withevents write xor scale failed k argsarray
"""
CELL_LIKE = re.compile(r"[A-Za-z]{1,3}\d{1,7}|[rRcC]\d*|[rR]\d*[cC]\d*")


@pytest.fixture(scope="module")
def excel():
    with windows() as made:
        yield made


PROMISED = """
    FORECAST FIT NAIVE SES HOLT WINTERS CROSTON MA OUTLIERS MAPE WMAPE BIAS MAD TRACKING FVA ABC XYZ PROJECT BACKLOG
    COVER BACKLOGWEEKS SAFETY FILLRATE LEVEL CHASE NETTING LOAD CPOF DISAGG FAIRSHARE DRP RAMP CANNIBAL C2C BRIDGE GAP
    WW EOQ GET WHY
"""


def test_every_function_is_there_and_no_other():
    made = {name for name in vars(udfs) if name.startswith("SOP_")}
    assert made == set(FUNCTIONS)
    assert made >= {f"SOP_{name}" for name in PROMISED.split()}


def test_xlwings_takes_every_declaration(excel):
    for name, function in FUNCTIONS.items():
        known = getattr(excel.functions, name).__xlfunc__
        assert (known["name"], known["volatile"], known["sub"]) == (name, False, False)
        assert known["category"] == f"S&OP {function.area}"
        assert [argument["name"] for argument in known["args"]] == [a.name for a in function.arguments]
        assert ["optional" in argument for argument in known["args"]] == [not a.required for a in function.arguments]
        for argument, told in zip(known["args"], function.arguments, strict=True):
            assert argument["doc"] == told.help
            assert argument["options"] == {"ndim": 2, "numbers": float, "err_to_str": True}
        assert known["ret"]["doc"] == function.summary


def test_names_are_legal_in_vba():
    reserved = set(VBA_WORDS.split())
    for name, function in FUNCTIONS.items():
        words = [name, *(argument.name for argument in function.arguments)]
        assert [word for word in words if word.lower() in reserved or CELL_LIKE.fullmatch(word)] == []
        assert all(re.fullmatch(r"[A-Za-z]\w{0,254}", word) for word in words)
        # Optional arguments come last, in VBA as in Python.
        required = [argument.required for argument in function.arguments]
        assert required == sorted(required, reverse=True)
        assert len(function.arguments) <= 29


def test_the_wizard_shows_whole_sentences():
    for function in FUNCTIONS.values():
        texts = [function.summary, *(argument.help for argument in function.arguments)]
        assert max(len(text) for text in texts) <= 255
        assert all(text.endswith(".") and text.isascii() for text in texts)
        assert function.returns
        assert "default" not in " ".join(a.help for a in function.arguments if a.required)


@pytest.mark.parametrize("name", sorted(name for name, function in FUNCTIONS.items() if not function.needs_facts))
def test_every_example_through_xlwings(excel, name):
    example = examples()[name]
    cells = [example.cells(place) for place in range(len(example.given))]
    arguments = [MISSING if block is None else tuple(tuple(row) for row in block) for block in cells]
    answer = excel.call(name, *arguments)
    expected = example.function.answer(*cells)
    wanted = expected if isinstance(expected, list) else [[expected]]
    assert [[value if value != "" else None for value in row] for row in answer] == wanted


def test_blank_error_and_missing_reach_the_function(excel):
    with_gap = excel.call("SOP_MA", ((10.0, None, ERRORS["#N/A"], 20.0),), 4.0, MISSING)
    assert with_gap == [[15.0]]
    assert excel.call("SOP_MAD", ((1.0,), ("",), (3.0,)), ((2.0,), (9.0,), (1.0,))) == [[1.5]]
    assert excel.call("SOP_LEVEL", ((10.0, 20.0),), MISSING, None, MISSING) == [[15.0, 15.0]]
    # What is not known leaves the cell blank, which COM knows as an empty text.
    assert excel.call("SOP_GAP", 10.0, 20.0, 1.0)[4] == ["Needed a month", ""]


def test_faults_come_as_one_sentence(excel):
    ((sentence,),) = excel.call("SOP_WMAPE", ((1.0, ERRORS["#REF!"]),), ((1.0, 2.0),))
    assert sentence == "SOP_WMAPE: cell 2 of actual is #REF!; mend it first."
    ((sentence,),) = excel.call("SOP_SES", ((1.0, 2.0),), "fast", MISSING, MISSING)
    assert sentence == "SOP_SES: alpha is fast; give a number."


def test_a_bug_is_shown_as_one(monkeypatch, caplog):
    def broken(self, *cells, facts=None):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(type(FUNCTIONS["SOP_MAD"]), "answer", broken)
    assert (
        udfs.SOP_MAD([[1]], [[2]])
        == "SOP_MAD: a bug of sop_xl, not of your data (ZeroDivisionError: division by zero)."
    )
    assert "SOP_MAD failed" in caplog.text


def test_dates_come_as_excel_gives_them(excel):
    # Without a workbook the function cannot read a table; that it read the month shows in what it says.
    ((sentence,),) = excel.call("SOP_GET", "turnover", "Bikes", dt.datetime(2026, 11, 1), *[MISSING] * 4)
    assert sentence.startswith("SOP_GET: there is no measure 'turnover'")
    ((sentence,),) = excel.call("SOP_GET", "forecast", "Bikes", "soon", *[MISSING] * 4)
    assert sentence == "SOP_GET: period is soon; give a date in the month, or text such as 2026-11."


def test_on_linux_the_module_imports_and_its_functions_work():
    assert list(inspect.signature(udfs.SOP_SES).parameters) == ["history", "alpha", "periods", "level"]
    assert udfs.SOP_SES([[10.0, 10.0]], 0.5) == [[10.0]]
