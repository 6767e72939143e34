"""A closed workbook file: its zip package, and the few parts of it that are read or rewritten."""
