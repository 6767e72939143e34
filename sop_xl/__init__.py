"""sop_xl: Sales & Operations Planning inside the Excel workbook a manufacturer already lives in."""

__version__ = "0.1.0"
