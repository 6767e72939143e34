import zipfile
from io import BytesIO

import pytest
from lxml import etree

from sop_xl.template.build import build_template
from sop_xl.template.package import MAIN, pack, read_guid, stamp_guid, unpack
from sop_xl.template.style import ROLES

NS = {"m": MAIN}


@pytest.fixture(scope="module")
def template() -> bytes:
    return build_template()


def test_two_builds_are_the_same_bytes(template: bytes) -> None:
    assert build_template() == template


def test_the_file_is_macro_enabled_and_recalculates_when_opened(template: bytes) -> None:
    parts = unpack(template)
    assert b"sheet.macroEnabled.main+xml" in parts["[Content_Types].xml"]
    assert b'fullCalcOnLoad="1"' in parts["xl/workbook.xml"]


def test_zip_entries_tell_no_time_and_no_machine(template: bytes) -> None:
    with zipfile.ZipFile(BytesIO(template)) as archive:
        assert {(entry.date_time, entry.extra) for entry in archive.infolist()} == {((1980, 1, 1, 0, 0, 0), b"")}


def test_packing_undoes_unpacking(template: bytes) -> None:
    assert pack(unpack(template)) == template


def test_every_role_is_a_cell_style_and_every_format_has_one_as_parent(template: bytes) -> None:
    styles = etree.fromstring(unpack(template)["xl/styles.xml"])
    names = styles.xpath("m:cellStyles/m:cellStyle/@name", namespaces=NS)
    assert names == ["Normal", *(f"sop_{role}" for role in ROLES)]
    parents = [int(i) for i in styles.xpath("m:cellXfs/m:xf/@xfId", namespaces=NS)]
    assert all(0 < parent < len(names) for parent in parents[1:])


def test_a_format_owns_only_what_differs_from_its_style(template: bytes) -> None:
    # A month cell of an input column is sop_Input plus a number format: restyling sop_Input must reach it.
    styles = etree.fromstring(unpack(template)["xl/styles.xml"])
    input_style = styles.xpath("string(m:cellStyles/m:cellStyle[@name='sop_Input']/@xfId)", namespaces=NS)
    month = styles.xpath("string(m:numFmts/m:numFmt[@formatCode='mmm yy']/@numFmtId)", namespaces=NS)
    cells = styles.xpath(f"m:cellXfs/m:xf[@xfId='{input_style}'][@numFmtId='{month}']", namespaces=NS)
    owned = [{name for name in cell.attrib if name.startswith("apply")} for cell in cells]
    assert {"applyNumberFormat"} in owned


def test_no_font_follows_the_theme_of_another_office(template: bytes) -> None:
    parts = unpack(template)
    assert b"<scheme" not in parts["xl/styles.xml"]
    assert b"Calibri" not in parts["xl/theme/theme1.xml"]
    assert b'<a:accent1><a:srgbClr val="33475B"/>' in parts["xl/theme/theme1.xml"]


def test_a_guid_is_stamped_read_and_replaced(template: bytes) -> None:
    assert read_guid(template) == ""
    first = stamp_guid(template, "11111111-2222-3333-4444-555555555555")
    assert read_guid(first) == "11111111-2222-3333-4444-555555555555"
    second = stamp_guid(first, "66666666-7777-8888-9999-000000000000")
    assert read_guid(second) == "66666666-7777-8888-9999-000000000000"
    assert unpack(second)["docProps/custom.xml"].count(b"sop_workbook_guid") == 1


def test_stamping_changes_no_other_part(template: bytes) -> None:
    before, after = unpack(template), unpack(stamp_guid(template, "x"))
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"docProps/custom.xml", "[Content_Types].xml", "_rels/.rels"}
