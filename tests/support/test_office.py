from pathlib import Path

import pytest
import xlsxwriter

from tests.support.office import converted, recalculated, rendered, values_of


@pytest.fixture
def stale(tmp_path: Path) -> Path:
    """A workbook whose file says 2 + 3 = 99."""
    path = tmp_path / "stale.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Sum").write_formula("A1", "=2+3", None, 99)
    return path


@pytest.mark.soffice
def test_formulas_are_recalculated_unless_told_otherwise(stale: Path, tmp_path: Path) -> None:
    assert recalculated(stale, tmp_path)["Sum"]["A1"].value == 5
    as_stored = converted(stale, tmp_path / "stored", "xlsx", recalculate=False)
    assert values_of(as_stored)["Sum"]["A1"].value == 99


@pytest.mark.soffice
def test_a_page_becomes_a_picture(stale: Path, tmp_path: Path) -> None:
    (page,) = rendered(stale, tmp_path / "pages")
    assert page.read_bytes().startswith(b"\x89PNG")
