"""The VBA of the worksheet functions: what xlwings' own generator makes of the module that Excel calls."""

import io
import re
import sys
from types import SimpleNamespace

from sop_xl.functions.catalogue import FUNCTIONS
from sop_xl.template.udf_wrappers import HEADER, UDF_MODULE, generate_help, generate_wrappers
from tests.support.xlwings_stubs import windows


def test_the_wrappers_are_those_of_the_module_that_excel_calls():
    out = io.StringIO()
    with windows() as excel:
        excel.udfs.generate_vba_wrapper(UDF_MODULE, excel.functions, out, SimpleNamespace(Name="SOP_Template.xlsm"))
    assert generate_wrappers() == HEADER + out.getvalue()


def test_every_function_has_one_wrapper_that_calls_it():
    text = generate_wrappers()
    assert re.findall(r"^Function (\w+)\(", text, flags=re.MULTILINE) == sorted(FUNCTIONS)
    # A wrapper names its function four times: twice in each branch of the compiler switch.
    assert all(text.count(f'"{UDF_MODULE}", "{name}"') == 2 for name in FUNCTIONS)
    assert "Application.Volatile" not in text
    assert "Function SOP_SES(history, alpha, Optional periods, Optional level)" in text


def test_an_addin_works_on_the_active_workbook():
    template, addin = generate_wrappers(), generate_wrappers("sop_xl.xlam")
    assert "ActiveWorkbook" not in template
    assert addin == template.replace("ThisWorkbook", "ActiveWorkbook")


def test_generating_leaves_nothing_behind():
    before = set(sys.modules)
    assert generate_wrappers() == generate_wrappers()
    left = {name for name in set(sys.modules) - before if not name.startswith("xlwings")}
    assert left == set()
    assert "pythoncom" not in sys.modules
    assert "xlwings.udfs" not in sys.modules


def test_the_wizard_is_told_of_every_argument():
    text = generate_help()
    subs = dict(re.findall(r"^Private Sub Describe(\w+)\(\)\n(.*?)^End Sub", text, flags=re.MULTILINE | re.DOTALL))
    assert sorted(subs) == sorted(FUNCTIONS)
    for name, body in subs.items():
        function = FUNCTIONS[name]
        strings = [found.replace('""', '"') for found in re.findall(r'"((?:[^"]|"")*)"', body)]
        assert strings[2:] == [function.summary, f"S&OP {function.area}", *(a.help for a in function.arguments)]
        assert f"    Describe{name}\n" in text


def test_the_editor_takes_every_line():
    for text in (generate_wrappers(), generate_help()):
        assert max(len(line) for line in text.splitlines()) < 1023
        assert text.isascii()
        # At most 24 continued lines in a row.
        runs = re.findall(r"(?:.* _\n)+", text)
        assert max((run.count("\n") for run in runs), default=0) <= 24
