"""The VBA project of the template and the add-in: what is in it, from where, and who else can read it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from io import BytesIO
from pathlib import Path

import olefile
import pytest
import xlwings

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.schema.inputs import ITEMS
from sop_xl.template.addin import build_addin, write_addin
from sop_xl.template.build import build_template, sheet_names
from sop_xl.template.macros import RIBBON_RELS, VBA_PART
from sop_xl.template.package import unpack
from sop_xl.template.vba_modules import (
    PROBE,
    code_name,
    probe_code,
    project_modules,
    source_differences,
)
from sop_xl.template.vba_project import Kind, Module, module_from_file, read_project, write_project
from sop_xl.template.xlwings_vba import XLWINGS_VERSION, XlwingsVersionError, xlwings_modules
from tests.support.oletools_quiet import decompress_stream, extracted

XLWINGS = Path(xlwings.__file__).parent
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def template() -> bytes:
    return build_template()


@pytest.fixture(scope="module")
def project(template) -> bytes:
    return unpack(template)[VBA_PART]


def visible(source: bytes) -> list[str]:
    """A module's lines without its attributes: olevba drops those at the head."""
    lines = source.decode("cp1252").splitlines()
    return [line for line in lines if not line.startswith("Attribute VB_")]


@pytest.mark.parametrize("addin", [False, True], ids=["template", "add-in"])
def test_olevba_gives_back_exactly_the_sources(template, addin, tmp_path):
    path = tmp_path / ("a.xlam" if addin else "a.xlsm")
    path.write_bytes(build_addin() if addin else template)
    modules = project_modules(["About"] if addin else sheet_names(), addin=addin)
    found = extracted(path)
    assert set(found) == {module.name for module in modules}
    for module in modules:
        assert visible(found[module.name].encode("cp1252")) == visible(module.source), module.name


def test_olefile_finds_no_defect_and_the_streams_a_project_has(project):
    with olefile.OleFileIO(BytesIO(project), raise_defects=olefile.DEFECT_POTENTIAL) as file:
        assert file.parsing_issues == []
        assert file.openstream("VBA/_VBA_PROJECT").read().hex() == "cc61ffff000000"
        names = [module.name for module in read_project(project)]
        assert {"/".join(path) for path in file.listdir()} == {
            "PROJECT",
            "PROJECTwm",
            "VBA/dir",
            "VBA/_VBA_PROJECT",
            *(f"VBA/{name}" for name in names),
        }
        # PROJECTwm is not compressed: it starts with the first module's name.
        assert file.openstream("PROJECTwm").read().startswith(b"ThisWorkbook\0T\0h\0")
        assert b"\x13\x00\x02\x00\x00\x00\xff\xff" in decompress_stream(bytearray(file.openstream("VBA/dir").read()))


def test_reading_undoes_writing():
    modules = project_modules(sheet_names(), addin=False)
    assert read_project(write_project(modules)) == modules


def test_excels_own_project_survives_reading_and_writing():
    # The project xlwings' authors saved with Excel has compiled code before the sources, and other attributes.
    saved = zipfile.ZipFile(XLWINGS / "quickstart_standalone.xlsm").read("xl/vbaProject.bin")
    modules = read_project(saved)
    assert [(m.kind.value, m.name) for m in modules] == [
        ("workbook", "ThisWorkbook"),
        ("sheet", "Sheet1"),
        ("standard", "Module1"),
        ("sheet", "Sheet2"),
        ("standard", "xlwings"),
        ("class", "Dictionary"),
    ]
    assert read_project(write_project(modules)) == modules


def test_two_builds_are_the_same_bytes(project):
    assert write_project(project_modules(sheet_names(), addin=False)) == project
    assert build_addin() == build_addin()


def test_every_sheet_has_a_code_name_of_its_own():
    names = [code_name(sheet) for sheet in sheet_names()]
    assert len({name.lower() for name in names}) == len(names)
    assert all(re.fullmatch(r"sh[A-Za-z0-9]{1,29}", name) for name in names)
    assert code_name("Inventory & backlog") == "shInventoryBacklog"


@pytest.mark.parametrize("addin", [False, True])
def test_xlwings_is_taken_word_for_word_but_for_its_configuration_file(addin):
    main, dictionary = xlwings_modules(addin=addin)
    original = (XLWINGS / ("xlwings_custom_addin.bas" if addin else "xlwings.bas")).read_text("cp1252")
    theirs, ours = module_from_file(original, Kind.STANDARD).code.splitlines(), main.code.splitlines()
    changed = [(a, b) for a, b in zip(theirs, ours, strict=True) if a != b]
    assert [b for _, b in changed] == ['Public Const PROJECT_NAME As String = "sop_xl"']
    assert "BSD 3-clause license" in main.code
    assert dictionary.kind is Kind.CLASS
    assert "@license: MIT" in dictionary.code


def test_the_version_is_the_one_that_is_installed_with_the_package():
    pins = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert f"xlwings=={XLWINGS_VERSION}" in pins


def test_another_version_of_xlwings_is_refused_with_the_command_that_mends_it(tmp_path):
    for name in ("xlwings.bas", "addin/Dictionary.cls"):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(
            (XLWINGS / name).read_text("cp1252").replace("'Version: 0.37.8", "'Version: 0.38.0"), "cp1252"
        )
    with pytest.raises(XlwingsVersionError, match=r"0\.38\.0.*pip install xlwings==0\.37\.8"):
        xlwings_modules(addin=False, folder=tmp_path)


def as_excel_saves(module: Module) -> Module:
    """The editor writes names as they were first typed, and drops spaces at line ends."""
    return Module(module.kind, module.name, module.code.replace("control.Tag", "Control.tag") + "\n\n")


def test_a_project_saved_by_excel_is_taken_as_it_is(template):
    saved = write_project([as_excel_saves(module) for module in project_modules(sheet_names(), addin=False)])
    assert saved != unpack(template)[VBA_PART]
    assert unpack(build_template(saved_project=saved))[VBA_PART] == saved


def test_a_saved_project_of_other_sources_is_refused():
    modules = project_modules(sheet_names(), addin=False)
    changed = [
        Module(m.kind, m.name, m.code + "\nSub More()\nEnd Sub") if m.name == "modRibbon" else m for m in modules
    ]
    with pytest.raises(ValueError, match="modRibbon differs"):
        build_template(saved_project=write_project(changed))
    without = [module for module in modules if module.name != "shItems"]
    assert source_differences(modules, without) == ["no module shItems"]
    assert source_differences(without, modules) == ["a module shItems too many"]


def test_a_file_mode_write_keeps_code_and_ribbon_byte_for_byte(template, tmp_path):
    path = tmp_path / "book.xlsm"
    book = FileWorkbook.create(path, template)
    header = book.read_cells(ITEMS).rows[0]
    book.write_cells(ITEMS, [header, ["A100", *[None] * (len(header) - 1)]])
    book.commit()
    before, after = unpack(template), unpack(path.read_bytes())
    assert before != after
    for part in (VBA_PART, *RIBBON_RELS, "_rels/.rels", "xl/_rels/workbook.xml.rels"):
        assert after[part] == before[part], part
    for sheet in (name for name in after if name.startswith("xl/worksheets/sheet")):
        assert re.findall(rb'codeName="\w+"', after[sheet]) == re.findall(rb'codeName="\w+"', before[sheet])


def test_the_addin_is_one_and_goes_where_it_is_asked_to(tmp_path):
    write_addin(tmp_path)
    write_addin(tmp_path / "other.xlam")
    data = (tmp_path / "sop_xl.xlam").read_bytes()
    assert data == (tmp_path / "other.xlam").read_bytes() == build_addin()
    assert b"application/vnd.ms-excel.addin.macroEnabled.main+xml" in unpack(data)["[Content_Types].xml"]


def probed(folder: Path, before: str = "") -> int:
    """The exit code of the probe in a Python that sees only the packages of `folder`."""
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); {before}{probe_code()}"
    return subprocess.run([sys.executable, "-I", "-S", "-c", code], check=False, timeout=60).returncode


def package(folder: Path, name: str, version: str) -> None:
    (folder / name).mkdir()
    (folder / name / "__init__.py").touch()
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def test_the_probe_tells_what_is_missing(tmp_path):
    assert probed(tmp_path, before="sys.version_info = (3, 10, 9); ") == PROBE["OLD_PYTHON"]
    assert probed(tmp_path) == PROBE["NO_SOP_XL"]
    package(tmp_path, "sop_xl", "0.1.0")
    assert probed(tmp_path) == PROBE["NO_XLWINGS"]
    package(tmp_path, "xlwings", "0.36.0")
    assert probed(tmp_path) == PROBE["OTHER_XLWINGS"]
    (tmp_path / "xlwings-0.36.0.dist-info").rename(tmp_path / "old")
    (tmp_path / "xlwings").rename(tmp_path / "older")
    package(tmp_path, "xlwings", XLWINGS_VERSION)
    assert probed(tmp_path) == PROBE["FINE"]


def test_the_probe_and_the_command_fit_into_a_line_of_vba():
    # They stand inside double quotes of a command line, which neither may hold.
    assert '"' not in probe_code()
    assert "\n" not in probe_code()
