"""The ledger's tables as queries see them; `migrations` makes them, and a test holds the two together."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Integer, LargeBinary, MetaData, SmallInteger, Table, Text

METADATA = MetaData()

META = Table("meta", METADATA, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
"""Whose ledger it is and which schema it has; the only table whose rows change."""

BATCHES = Table(
    "batches",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("left_out", BigInteger, nullable=False),
    Column("totals", Text, nullable=False),
    Column("reverses", BigInteger, nullable=False),
    Column("added", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("removed", BigInteger, nullable=False),
    Column("equal", BigInteger, nullable=False),
    Column("last_fact", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
)
"""One row a batch. `last_fact` is the highest fact number there was once it was committed."""

BATCH_RAW = Table(
    "batch_raw",
    METADATA,
    Column("batch", BigInteger, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", Text, nullable=False),
)
"""The paste of a batch, compressed; `sha256` is of what comes out."""

BATCH_ISSUES = Table(
    "batch_issues",
    METADATA,
    Column("batch", BigInteger, primary_key=True, autoincrement=False),
    Column("line", BigInteger, primary_key=True, autoincrement=False),
    Column("severity", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("cell", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("cure", Text, nullable=False),
)

FACT_KEYS = Table(
    "fact_keys",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("measure", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("market", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("period", Text, nullable=False),
)
"""What facts are about, each key once."""

FACTS = Table(
    "facts",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key_id", BigInteger, nullable=False),
    Column("batch", BigInteger, nullable=False),
    Column("quantity", Float(53)),
    Column("value", Float(53)),
    Column("currency", Text, nullable=False),
    Column("void", SmallInteger, nullable=False),
    Column("origin", BigInteger, nullable=False),
    Column("supersedes", BigInteger),
)
"""What a batch says about a key.

`id` is the sequence in which facts were recorded; the highest of a key stands, and `supersedes` the one
before it. `void` 1 says that the key holds nothing. `origin` is the batch that first said so: the batch
itself, or where a batch was taken back, the one whose figure stands again; 0: there was none.
"""

RUNS = Table(
    "runs",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("run", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("steps", Text, nullable=False),
    Column("cycle", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("inputs", Text, nullable=False),
    Column("seconds", Float(53)),
    Column("result", Text, nullable=False),
)

CHANGES = Table(
    "changes",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("cause", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("source", Text, nullable=False),
)
"""Cells that changed; `cause` is the run or batch, `before` and `after` are JSON."""

FRAMES = Table(
    "frames",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("cycle", Text, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""Whole tables, compressed: `kind` is snapshot (frozen when a cycle closed), forecast (of each run) or signed."""

PACKS = Table(
    "packs",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("pack", Text, nullable=False),
    Column("company", Text, nullable=False),
    Column("guid", Text, nullable=False),
    Column("cycle", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("expires", Text, nullable=False),
    Column("row_count", BigInteger, nullable=False),
    Column("sheets", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
)
"""Files made for recipients; `sheets` is JSON: what the columns of a form mean. `pack` is the form's id."""

PACK_ROWS = Table(
    "pack_rows",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("pack", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("base", Text, nullable=False),
    Column("shown", Text, nullable=False),
)
"""What a form asks for, and what the tables said when it left; `key`, `base` and `shown` are JSON."""

PACK_EVENTS = Table(
    "pack_events",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("pack", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("sha256", Text, nullable=False),
)
"""What became of a pack: drafted, sent, returned."""
