"""The template in the repository is the one the code builds: `make template` after every change to it."""

from pathlib import Path

from sop_xl.template.build import build_template
from sop_xl.template.package import unpack

COMMITTED = Path(__file__).parents[2] / "workbook" / "SOP_Template.xlsm"


def test_the_committed_template_is_the_built_one():
    # Part by part: how a part is compressed depends on the zlib of the machine that built it.
    committed, built = unpack(COMMITTED.read_bytes()), unpack(build_template())
    assert [name for name in built if built[name] != committed.get(name)] == []
    assert list(committed) == list(built)
