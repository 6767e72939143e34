"""A closed workbook file: its zip package, and the few parts of it that are read or rewritten.

From the outside in:

    container, package     what may be opened; the parts, of which most are copied byte for byte
    atomic                 the file replaced as a whole, with backups
    open_book              where sheets and tables are
    edit                   new rows for tables, gathered and then worked into all parts at once
    table_write            one table's rows placed on its sheet
    kept_rows, row_cells   what follows a row's key; the cells of one row
    looks                  how new rows look
    lookup, dirty          what formulas read; which results no longer hold
    pictures               charts and pivot caches, which hold copies of cells
    sheet_xml, table_xml, book_xml, styles, shared_strings, cell_values
                           one part each, as text
    xml_text, formula, ranges, serial
                           XML, formulas, areas and days as the file writes them
"""
