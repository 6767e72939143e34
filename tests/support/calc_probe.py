"""Drive one workbook in a headless Calc over UNO; run by a Python that has `uno`, not by the tests' own.

    python3 calc_probe.py PROFILE_FOLDER FILE < steps.json > answers.json

Steps, each answered by an object with `seconds` and perhaps `value`:

    {"do": "open"}                                    load the file, formulas recalculated
    {"do": "recalculate"}                             calculate every formula anew
    {"do": "set", "sheet": S, "cell": A, "to": V}     type V, and let what depends on it follow
    {"do": "read", "sheet": S, "area": A}             the values of an area, row by row
    {"do": "errors"}                                  [sheet, cell, text] of every cell that shows an error
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.sheet.FormulaResult import ERROR

WAIT = 60


def connect(profile):
    """Start an office on a pipe of its own and return its process and desktop."""
    pipe = f"sop_xl_{Path(profile).name}"
    command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore", "--nologo"]
    office = subprocess.Popen([*command, f"--accept=pipe,name={pipe};urp;"])
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(WAIT * 5):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return office, context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            time.sleep(0.2)
    raise SystemExit("no answer from soffice")


def errors_of(book):
    """Return where a formula shows an error."""
    found = []
    for sheet in book.Sheets:
        ranges = sheet.queryFormulaCells(ERROR)
        for address in ranges.RangeAddresses:
            cell = sheet.getCellByPosition(address.StartColumn, address.StartRow)
            found.append([sheet.Name, cell.AbsoluteName, cell.String])
    return found


class Probe:
    """One workbook in one office."""

    def __init__(self, desktop, path):
        self.desktop, self.path, self.book = desktop, path, None

    def open(self, _step):
        hidden = PropertyValue()
        hidden.Name, hidden.Value = "Hidden", True
        self.book = self.desktop.loadComponentFromURL(Path(self.path).as_uri(), "_blank", 0, (hidden,))

    def recalculate(self, _step):
        self.book.calculateAll()

    def set(self, step):
        sheet = self.book.Sheets.getByName(step["sheet"])
        cell = sheet.getCellRangeByName(step["cell"])
        if isinstance(step["to"], str):
            cell.String = step["to"]
        else:
            cell.Value = step["to"]
        sheet.getCellRangeByName("A1").String  # noqa: B018 - asking for a result makes Calc work it out

    def read(self, step):
        area = self.book.Sheets.getByName(step["sheet"]).getCellRangeByName(step["area"])
        return [list(row) for row in area.getDataArray()]

    def errors(self, _step):
        return errors_of(self.book)


def main():
    """Carry out the steps and print the answers."""
    profile, path = sys.argv[1:]
    office, desktop = connect(profile)
    try:
        probe, answers = Probe(desktop, path), []
        for step in json.load(sys.stdin):
            start = time.perf_counter()
            value = getattr(probe, step["do"])(step)
            answers.append({"seconds": time.perf_counter() - start, "value": value})
        json.dump(answers, sys.stdout)
        probe.book.close(True)
    finally:
        office.terminate()
        office.wait(WAIT)


if __name__ == "__main__":
    main()
