"""Every file of a pack: valid by its schema, read by LibreOffice without a loss, no byte in it of what is others'."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openxml_audit import FileFormat, OpenXmlValidator

from sop_xl.domain.errors import SopError
from sop_xl.services.compute import silent
from sop_xl.services.packs import PackWish, make_packs
from sop_xl.template.packs.printer import PackPrinter
from tests.services.pastes import memory_of
from tests.share.pack_company import company_with, packs_in
from tests.share.test_letters import company, made
from tests.support.office import recalculated

ITEMS = {"CH-1": "Chairs", "CH-2": "Chairs", "CH-3": "Chairs", "TB-1": "Tables", "TB-3": "Tables", "DK-1": "Desks"}
MARKETS = ("East", "North", "South", "Web")
RESOURCES = ("ASM-P1", "ASM-P2", "MILL", "SAW")
LABEL = b'<?xml version="1.0"?><labels><label id="{42-secret}" enabled="1"/></labels>'


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """One workbook of each kind by name: four forms, the executive one, the approved plans."""
    asked = packs_in(tmp_path_factory.mktemp("asked"))
    plans = made(tmp_path_factory.mktemp("plans"), company(), approved=True)
    return {pack.name: pack.content for pack in (*asked.made, *plans.made) if pack.name.endswith(".xlsx")}


def problems(content, folder, name="pack.xlsx"):
    path = folder / name
    path.write_bytes(content)
    return [str(error) for error in OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(str(path)).errors]


def test_every_workbook_is_valid_by_the_schema(files, tmp_path):
    """T169: an independent validator finds nothing that Excel would offer to repair."""
    assert len(files) == 8
    assert {name: problems(content, tmp_path) for name, content in files.items()} == {name: [] for name in files}


def test_a_workbook_with_its_label_is_valid_too_and_a_broken_one_is_found(tmp_path):
    labelled = packs_in(tmp_path, PackWish(roles=("plant",), label=LABEL)).made[0].content
    assert problems(labelled, tmp_path) == []
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(labelled)) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.namelist():
            content = source.read(part)
            target.writestr(
                part, content.replace(b"<sheetData>", b"<sheetDate>").replace(b"</sheetData>", b"</sheetDate>")
            )
    assert problems(out.getvalue(), tmp_path)


@pytest.mark.soffice
@pytest.mark.parametrize("name", ["Return_P1_team.xlsx", "SOP_Two_Plants_2027-01_v3.xlsx"])
def test_another_program_opens_it_and_works_out_the_same_figures(files, tmp_path, name):
    [found] = [content for file, content in files.items() if file.split("_v")[0] == name.split("_v")[0]]
    path = tmp_path / "pack.xlsx"
    path.write_bytes(found)
    ours = openpyxl.load_workbook(BytesIO(found), data_only=True)
    theirs = recalculated(path, tmp_path, whole=True)
    assert theirs.sheetnames == ours.sheetnames
    for page in ours:
        for row in page.iter_rows():
            for cell in row:
                there = theirs[page.title][cell.coordinate].value
                if isinstance(cell.value, float | int):
                    assert there == pytest.approx(cell.value, abs=1e-6), (page.title, cell.coordinate)
                elif isinstance(cell.value, str):
                    assert there == cell.value, (page.title, cell.coordinate)


def parts_of(content):
    """Return the text of all parts, and the file itself as bytes: a name stored without compression is found too."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        texts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return "\n".join([*texts, content.decode("latin-1")])


def named(content, words):
    return [word for word in words if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", content)]


PEOPLE = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["sales", "plant"]),
        "items": st.lists(st.sampled_from(sorted({*ITEMS, *ITEMS.values()})), min_size=1, max_size=2, unique=True),
        "markets": st.lists(st.sampled_from(MARKETS), min_size=1, max_size=3, unique=True),
        "resources": st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2, unique=True),
    }
)


@settings(max_examples=5, deadline=None)
@given(person=PEOPLE)
def test_whoever_is_asked_no_byte_of_others_is_in_any_part(tmp_path_factory, person):
    """T167: names of others, and money of the plan, in no compressed part, shared string, cached value or property."""
    seller = person["role"] == "sales"
    lists = {"items": "items", "markets": "markets"} if seller else {"resources": "resources"}
    row = {name: ", ".join(person[name]) for name in lists}
    row |= {"recipient": "Zed", "role": person["role"], "address": "zed@chairs.example"}
    workbook = company_with((row,))
    with memory_of(workbook, tmp_path_factory.mktemp("packs")) as memory:
        try:
            [pack] = make_packs(workbook, memory, PackPrinter(), PackWish(), silent).made
        except SopError as fault:
            told = str(fault)
            pack = None
    if pack is None:
        assert told.endswith("nothing in the plan is theirs. Widen their lists.")
        return
    content = parts_of(pack.content)
    if seller:
        own = {item for item, family in ITEMS.items() if {item, family} & {*person["items"]}}
        others = [*(ITEMS.keys() - own), *({*MARKETS} - {*person["markets"]}), *RESOURCES, "Steel Co", "Forest Ltd"]
    else:
        others = [*({*RESOURCES} - {*person["resources"]}), *MARKETS, "Steel Co", "Forest Ltd"]
    assert named(content, others) == []
    assert named(content, MONEY) == []
    assert named(content, person["markets"] if seller else person["resources"])


def money():
    """Return figures of cost, margin and revenue as they would stand in a part; whole ones may be units by chance."""
    from tests.share.test_packs import frame

    costs, plan = frame("item_costs"), frame("family_plan")
    columns = (costs["standard_cost"], costs["net_price"] - costs["standard_cost"], plan["revenue"], plan["cogs"])
    values = {abs(float(v)) for column in columns for v in column.dropna()}
    return {f"{v:.4f}".rstrip("0").rstrip(".") for v in values if v >= 10 and v != round(v)}


MONEY = money()
