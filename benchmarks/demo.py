"""The main job on the demo company: how long planning takes, how large the workbook is, how fast it recalculates.

    python benchmarks/demo.py

Prints seconds by step, the workbook's size, and what LibreOffice needs to open and recalculate it and to show
another family. Needs soffice and python3-uno. Goals: planning 60 s, recalculation 20 s, a family 2 s, 15 MB.
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.e2e.books import frames_of
from tests.e2e.command import sop
from tests.support.calc import probe


def main() -> None:
    """Plan, open, recalculate, choose each family; print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        done = sop("demo", folder, "--json")
        whole = time.perf_counter() - start
        path = Path(done.json["workbook"])
        for step, seconds in done.json["seconds"].items():
            print(f"{step:28} {seconds:8.1f} s")
        print(f"{'demo, all in':28} {whole:8.1f} s   (with three earlier cycles, reading and writing)")
        start = time.perf_counter()
        assert sop("run", path).code == 0
        print(f"{'one run on the workbook':28} {time.perf_counter() - start:8.1f} s   (read, plan, write)")
        print(f"{'size':28} {path.stat().st_size / 1e6:8.1f} MB")
        families = frames_of(path, "families")["families"]["family"].tolist()
        steps = [{"do": "open"}, {"do": "recalculate"}, {"do": "errors"}]
        for family in families:
            steps += [{"do": "set", "sheet": "Family", "cell": "A5", "to": family}]
            steps += [{"do": "read", "sheet": "Family", "area": "A1:AA60"}]
        answers = probe(path, *steps)
        print(f"{'open and recalculate':28} {answers[0].seconds:8.1f} s")
        print(f"{'recalculate all again':28} {answers[1].seconds:8.1f} s")
        chosen = [answers[k].seconds + answers[k + 1].seconds for k in range(3, len(answers), 2)]
        print(f"{'another family, slowest':28} {max(chosen):8.2f} s")
        print(f"{'cells with an error':28} {len(answers[2].value):8d}")


if __name__ == "__main__":
    main()
