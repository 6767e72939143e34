"""Asking a worksheet function as a cell does: cells in, cells out."""

from sop_xl.functions.catalogue import FUNCTIONS


def ask(name, *cells):
    """Return the answer of SOP_<name>: a value, or rows of cells."""
    return FUNCTIONS[f"SOP_{name}"].answer(*cells)


def row(*values):
    return [list(values)]


def column(*values):
    return [[value] for value in values]


def figures(name, *cells):
    """Return the one row of numbers that SOP_<name> answers."""
    (line,) = ask(name, *cells)
    return line


def named(name, *cells):
    """Return an answer of names and figures as a dictionary."""
    return dict(ask(name, *cells))
