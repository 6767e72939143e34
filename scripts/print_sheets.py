"""Print chosen sheets of a workbook as PDF files, each on its own, through a headless LibreOffice.

    /usr/bin/python3 scripts/print_sheets.py PROFILE_FOLDER BOOK OUT_FOLDER SHEET[:AREA] ...

Needs a Python that has `uno` (package python3-uno). Formulas are recalculated where the profile says so. A sheet goes
to OUT_FOLDER/name.pdf, its name in small letters with underscores; without an area, what the sheet prints.
"""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

WAIT = 120


def connect(profile: str) -> tuple[subprocess.Popen[bytes], Any]:
    """Start an office on a pipe of its own and return its process and desktop."""
    command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore", "--nologo"]
    office = subprocess.Popen([*command, "--accept=pipe,name=sop_xl_print;urp;"])
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(WAIT * 5):
        try:
            context = resolver.resolve("uno:pipe,name=sop_xl_print;urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.2)
        else:
            return office, context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    raise SystemExit("no answer from soffice")


def areas_of(book: Any, wanted: list[str]) -> dict[str, Any]:
    """Return name and print areas of each sheet wanted."""
    found = {}
    for name, _, area in (text.partition(":") for text in wanted):
        sheet = book.Sheets.getByName(name)
        found[name] = (sheet.getCellRangeByName(area).RangeAddress,) if area else sheet.getPrintAreas()
    return found


def print_each(book: Any, areas: dict[str, Any], folder: Path) -> None:
    """Write each sheet's areas to a file: a sheet without a print area is left out where another has one."""
    for sheet in book.Sheets:
        sheet.setPrintAreas(())
    for name, mine in areas.items():
        sheet = book.Sheets.getByName(name)
        sheet.setPrintAreas(mine)
        file = folder / f"{name.replace(' & ', ' ').replace(' ', '_').lower()}.pdf"
        book.storeToURL(file.as_uri(), (PropertyValue("FilterName", 0, "calc_pdf_Export", 0),))
        sheet.setPrintAreas(())


def main() -> None:
    """Print what the command line asks for."""
    profile, path, out, *wanted = sys.argv[1:]
    folder = Path(out).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    office, desktop = connect(profile)
    try:
        hidden = (PropertyValue("Hidden", 0, True, 0),)
        book = desktop.loadComponentFromURL(Path(path).resolve().as_uri(), "_blank", 0, hidden)
        print_each(book, areas_of(book, wanted), folder)
        book.close(True)
    finally:
        desktop.terminate()
        office.wait(60)


if __name__ == "__main__":
    main()
