"""An open workbook in Excel, read and written in whole blocks; see `live_workbook`."""
