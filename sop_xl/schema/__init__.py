"""Every sheet, table and column of the workbook, declared once."""

from sop_xl.schema.inputs import INPUT_TABLES
from sop_xl.schema.results import RESULT_TABLES
from sop_xl.schema.table import Column, Kind, Owner, Table
from sop_xl.schema.views import VIEW_TABLES

TABLES = INPUT_TABLES + RESULT_TABLES
"""Every table that is exported and imported, in workbook order."""

ALL_TABLES = TABLES + VIEW_TABLES
TABLE_BY_NAME = {table.name: table for table in ALL_TABLES}

__all__ = [
    "ALL_TABLES",
    "INPUT_TABLES",
    "RESULT_TABLES",
    "TABLES",
    "TABLE_BY_NAME",
    "VIEW_TABLES",
    "Column",
    "Kind",
    "Owner",
    "Table",
]
