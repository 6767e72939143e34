"""docs/tables.md is what the schema says."""

from pathlib import Path

from sop_xl.schema import ALL_TABLES
from sop_xl.schema.reference import reference
from sop_xl.schema.settings import SETTING_SPECS

PAGE = Path(__file__).parent.parent.parent / "docs" / "tables.md"


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == reference(), "run: make docs"


def test_every_table_column_and_setting_is_there():
    page = reference()
    for table in ALL_TABLES:
        section = page.split(f"\n### {table.name}\n")[1].split("\n### ")[0]
        assert table.excel_name in section or table.view
        assert [field for field in table.fields if f"`{field}`" not in section] == []
    assert [spec.name for spec in SETTING_SPECS if f"| `{spec.name}` |" not in page] == []


def test_rows_have_as_many_cells_as_their_header():
    # A stray | in a help text would tear a row.
    rows = [line for line in reference().splitlines() if line.startswith("| ")]
    assert {line.replace("\\|", "").count("|") for line in rows} <= {5, 7}
