"""The template is clean, and every rule catches what it is for: one planted fault each."""

import re
from collections.abc import Callable

import pytest

from sop_xl.template.build import build_template
from sop_xl.template.lint import contrast, lint, lint_parts
from sop_xl.template.lint_package import Package, Problem
from sop_xl.template.package import Parts, unpack

Mutation = Callable[[Parts], None]


@pytest.fixture(scope="module")
def template() -> bytes:
    return build_template()


@pytest.fixture(scope="module")
def places(template: bytes) -> dict[str, str]:
    """Sheet and table names to their parts."""
    package = Package(unpack(template))
    return {s.name: s.part for s in package.sheets} | {t.name: t.part for t in package.tables}


def test_the_template_is_clean(template: bytes) -> None:
    assert lint(template) == []


def swap(part: str, old: str, new: str) -> Mutation:
    """Replace the first `old` (a pattern) in a part; the fault must find its place."""

    def mutate(parts: Parts) -> None:
        text = parts[part].decode()
        changed = re.sub(old, new, text, count=1)
        assert changed != text
        parts[part] = changed.encode()

    return mutate


@pytest.fixture(scope="module")
def parts(template: bytes) -> Parts:
    return unpack(template)


def found(parts: Parts, mutate: Mutation) -> list[Problem]:
    changed = dict(parts)
    mutate(changed)
    return lint_parts(changed)


# rule, sheet or table or part, what is there, what is planted
FAULTS = [
    (
        "part",
        "[Content_Types].xml",
        r'<Override PartName="/xl/styles.xml"[^>]*/>',
        '<Override PartName="/xl/gone.xml" ContentType="x"/>',
    ),
    ("part", "xl/_rels/workbook.xml.rels", r"worksheets/sheet1.xml", "worksheets/sheet999.xml"),
    ("sheet-name", "xl/workbook.xml", r'name="Items"', 'name="A name that has thirty-two signs"'),
    ("sheet-name", "xl/workbook.xml", r'name="Items"', 'name="STOCK"'),
    ("table-unique", "tblItems", r' id="\d+"', ' id="1"'),
    ("table-unique", "tblItems", r'displayName="tblItems"', 'displayName="tblStock"'),
    ("table-header", "tblItems", r'name="Family"', 'name="Families"'),
    ("table-header", "tblItems", r'name="Subfamily"', 'name="Family"'),
    ("table-ref", "tblItems", r' ref="A6:[A-Z]+7"', ' ref="A6:C7"'),
    ("table-ref", "tblItems", r' ref="A6:([A-Z]+)7"', r' ref="A6:\g<1>6"'),
    (
        "merged",
        "Items",
        r"<dataValidations",
        '<mergeCells count="1"><mergeCell ref="A7:B7"/></mergeCells><dataValidations',
    ),
    ("index", "Items", r'(<c r="A6" s=)"\d+"', r'\g<1>"9999"'),
    ("index", "Items", r'(<c r="A6"[^>]*><v>)\d+', r"\g<1>99999"),
    ("index", "xl/styles.xml", r'(<cellXfs.*?fontId=)"\d+"', r'\g<1>"999"'),
    ("index", "Items", r'dxfId="\d+"', 'dxfId="999"'),
    ("order", "Items", r'<row r="2"', '<row r="7"'),
    ("order", "Items", r'<c r="B6"', '<c r="D6"'),
    ("validation", "Items", r'<formula1>"make,buy,both"', f'<formula1>"{"make," * 60}"'),
    ("validation", "Items", r' prompt="[^"]*"', f' prompt="{"x" * 256}"'),
    ("validation", "Items", r' promptTitle="[^"]*"', f' promptTitle="{"x" * 33}"'),
    ("function", "Checks", r"<f>", "<f>TODAY()+"),
    ("function", "Checks", r"<f>", "<f>XLOOKUP(1,A1:A2,B1:B2)+"),
    ("function", "Checks", r"<f>", "<f>SUM(A:A)+"),
    ("function", "Checks", r"<f>", "<f>[@Quantity]+"),
    ("function", "Checks", r"<f>", "<f>[[#This Row],[Quantity]]+"),
    ("reference", "Checks", r"tblIssues\[Severity\]", "tblIssues[Sever]"),
    ("reference", "Checks", r"tblIssues\[", "tblIssue["),
    ("reference", "Checks", r"sop_planned", "sop_plan"),
    ("reference", "xl/workbook.xml", r"'Chart data'!\$B\$7", "'Chart figures'!$B$7"),
    ("reference", "Checks", r"<f>", "<f>#REF!+"),
    ("name-unique", "xl/workbook.xml", r'<definedName name="sop_horizon"', '<definedName name="SOP_Currency"'),
    ("name-unique", "xl/workbook.xml", r"(<definedName [^>]*localSheetId[^>]*>[^<]*</definedName>)", r"\g<1>\g<1>"),
    ("alt-text", "xl/drawings/drawing1.xml", r' descr="[^"]*"', ""),
    ("hidden", "xl/workbook.xml", r'name="Items"', 'name="Items" state="veryHidden"'),
    ("hidden", "Items", r"<col ", '<col hidden="1" '),
    ("hidden", "Items", r'<row r="5"', '<row r="5" hidden="1"'),
    ("unlocked", "xl/styles.xml", r'(<cellXfs.*?<xf [^>]*xfId="1"[^>]*>)', r'\g<1><protection locked="0"/>'),
    ("style", "xl/styles.xml", r'(<cellXfs.*?<xf [^>]*)xfId="2"', r'\g<1>xfId="0"'),
    ("contrast", "xl/styles.xml", r"FF5F6B76", "FFB4BEC8"),
    ("print", "Items", r'orientation="landscape"', 'orientation="portrait"'),
    ("print", "Items", r"<headerFooter>.*</headerFooter>", ""),
]


@pytest.mark.parametrize(("rule", "where", "old", "new"), FAULTS, ids=[f"{f[0]}-{n}" for n, f in enumerate(FAULTS)])
def test_a_planted_fault_is_found(
    parts: Parts, places: dict[str, str], rule: str, where: str, old: str, new: str
) -> None:
    problems = found(parts, swap(places.get(where, where), old, new))
    assert rule in {problem.rule for problem in problems}


@pytest.mark.parametrize(
    ("ink", "ground", "ratio"),
    # The ends of the scale, and two pairs of visual.md: navy on white 13.1, warn on its fill 6.2.
    [("000000", "FFFFFF", 21.0), ("FFFFFF", "FFFFFF", 1.0), ("14324F", "FFFFFF", 13.1), ("7A5200", "FFF1CC", 6.2)],
)
def test_contrast_as_the_wcag_formula_gives_it(ink: str, ground: str, ratio: float) -> None:
    assert contrast(ink, ground) == pytest.approx(ratio, abs=0.05)
