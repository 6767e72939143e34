"""The workbook adapters."""
