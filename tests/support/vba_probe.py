"""Ask the VBA of one workbook in a headless Calc; run by a Python that has `uno`, not by the tests' own.

    python3 vba_probe.py PROFILE_FOLDER FILE

Each line of the input is a list of steps as in calc_probe.py, each line of the output the list of what they
answered. The workbook is opened anew for every line, with its macros allowed. Steps beside those:

    {"do": "call", "macro": "modRibbon.CanRun", "arguments": [...]}  what a function returns
    {"do": "front"}                                                   the name of the sheet in front

LibreOffice answers nothing, without an error, for a macro in a module it cannot compile: assert on effects.
It takes numbers for a typed argument only as floats.
"""

import json
import sys
from pathlib import Path

from calc_probe import WAIT, Probe, connect
from com.sun.star.beans import PropertyValue

ALWAYS_EXECUTE = 4
LIBRARY = "VBAProject"


class VbaProbe(Probe):
    """One workbook whose macros run."""

    def open(self, _step):
        allowed = PropertyValue()
        allowed.Name, allowed.Value = "MacroExecutionMode", ALWAYS_EXECUTE
        self.book = self.desktop.loadComponentFromURL(Path(self.path).as_uri(), "_blank", 0, (allowed,))

    def call(self, step):
        url = f"vnd.sun.star.script:{LIBRARY}.{step['macro']}?language=Basic&location=document"
        arguments = (float(a) if type(a) is int else a for a in step["arguments"])
        return self.book.getScriptProvider().getScript(url).invoke(tuple(arguments), (), ())[0]

    def front(self, _step):
        return self.book.CurrentController.ActiveSheet.Name


def main():
    """Answer line after line until the input ends."""
    profile, path = sys.argv[1:]
    office, desktop = connect(profile)
    try:
        for line in sys.stdin:
            probe = VbaProbe(desktop, path)
            probe.open({})
            print(json.dumps([getattr(probe, step["do"])(step) for step in json.loads(line)]), flush=True)
            probe.book.close(True)
    finally:
        office.terminate()
        office.wait(WAIT)


if __name__ == "__main__":
    main()
