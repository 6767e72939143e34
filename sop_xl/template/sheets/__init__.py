"""The view sheets, one module each: formulas and charts over the tables."""
