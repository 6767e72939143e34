"""The modules as files: what Excel's own import wants of each kind."""

from __future__ import annotations

import pytest

from sop_xl.template.vba_files import CLASS_HEAD, vba_files
from sop_xl.template.vba_modules import project_modules
from sop_xl.template.vba_project import Kind, module_from_file
from tests.e2e.command import sop


@pytest.mark.parametrize("addin", [False, True])
def test_files_hold_the_same_modules_as_the_project(addin):
    files = vba_files(addin=addin)
    for module in project_modules((), addin=addin):
        name = f"{module.name}.{'bas' if module.kind is Kind.STANDARD else 'cls'}"
        text = files.pop(name).decode("cp1252")
        if module.kind is Kind.WORKBOOK:
            assert text.split() == module.code.split()
        else:
            assert module_from_file(text, module.kind) == module
    assert files == {}


def test_classes_are_imported_whole_and_a_documents_code_is_put_into_its_place():
    files = vba_files(addin=False)
    assert files["Dictionary.cls"].startswith(CLASS_HEAD)
    assert not files["ThisWorkbook.cls"].startswith((b"VERSION", b"Attribute"))
    assert files["modBridge.bas"].startswith(b'Attribute VB_Name = "modBridge"\r\n')


def test_every_file_can_be_read_as_the_importing_program_does():
    for content in vba_files(addin=False).values():
        assert content.decode("utf-8").replace("\r\n", "").count("\n") == 0


def test_the_command_writes_the_files_and_says_what_to_do(tmp_path):
    done = sop("vba", tmp_path / "vba")
    assert done.code == 0
    assert "xlwings vba import --file" in done.out
    assert {path.name for path in (tmp_path / "vba").iterdir()} == set(vba_files(addin=False))
