"""oletools as an independent reader of VBA projects; what it imports warns of its own deprecations."""

import warnings
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from oletools.olevba import VBA_Parser, decompress_stream

__all__ = ["decompress_stream", "extracted"]


def extracted(path: Path) -> dict[str, str]:
    """Return the modules of a workbook as olevba extracts them, by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser = VBA_Parser(str(path))
        try:
            return {name.rpartition(".")[0]: code for _, _, name, code in parser.extract_macros()}
        finally:
            parser.close()
