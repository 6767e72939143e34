"""Full disk, no rights, a locked or damaged file, other versions: words, and never a mixture."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import DBAPIError

from sop_xl.adapters.ledger import backup, migrations
from sop_xl.adapters.ledger.migrations import CURRENT, MIGRATIONS, Migration
from sop_xl.adapters.ledger.opening import create_file, create_url, open_file, open_url
from sop_xl.adapters.ledger.store import PostgresStore
from sop_xl.adapters.package.atomic import backups
from sop_xl.domain.batch import DataVersion
from sop_xl.domain.ledger_errors import LedgerBusyError, LedgerDamagedError, LedgerError, LedgerReadOnlyError
from tests.ledger.cases import BOLT, NOW, NUT, paste, plain
from tests.ledger.killed import old_file, old_ledger
from tests.support.postgres import server_url

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST = paste((BOLT, 10.0, 100.0), raw=b"first")
OLD = {BOLT: (10.0, 100.0, "1")}
NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger file with one batch in it."""
    file = tmp_path / "plan #1 %.sopledger"
    create_file(file, "guid-1", "plan.xlsm").commit(FIRST)
    return file


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def many(count: int) -> list[tuple[object, float, float]]:
    return [(BOLT._replace(item=f"I{number:06d}"), 1.0, 1.0) for number in range(count)]


@pytest.mark.parametrize("room", [0, 60_000, 150_000])
def test_a_full_disk_leaves_the_old_state(path: Path, room: int) -> None:
    ledger, _ = open_file(path)
    before = path.read_bytes()
    with files_at_most(len(before) + room), pytest.raises(LedgerError, match=r"[Nn]othing was changed"):
        ledger.commit(paste(*many(3000)))  # type: ignore[arg-type]
    assert plain(open_file(path)[0].facts()) == OLD
    assert ledger.commit(paste(*many(3000))).added == 3000  # type: ignore[arg-type]


def test_a_full_disk_is_called_so(path: Path) -> None:
    ledger, _ = open_file(path)
    with ledger.store.writing() as conn:
        conn.exec_driver_sql("CREATE TABLE filler (x BLOB)")
    with sqlite3.connect(path) as conn:
        pages = conn.execute("PRAGMA page_count").fetchone()[0]
    conn.close()
    real = ledger.store.engine.pool._creator  # type: ignore[attr-defined]

    def cramped() -> sqlite3.Connection:
        made = real()
        made.execute(f"PRAGMA max_page_count = {pages}")
        return made

    ledger.store.engine.pool._creator = cramped  # type: ignore[attr-defined]
    with pytest.raises(LedgerError, match=r"disk of the ledger 'plan #1 %.sopledger' is full\. Nothing was changed"):
        ledger.commit(paste(*many(3000)))  # type: ignore[arg-type]
    assert plain(open_file(path)[0].facts()) == OLD


def test_a_backup_that_fails_is_told_and_the_batch_stands(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, _ = open_file(path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "copy", full)
    assert ledger.commit(paste((NUT, 1.0, 1.0))).number == 2
    assert (
        "could not be backed up ([Errno 28] No space left on device). What was committed stands." in ledger.notices[0]
    )
    assert open_file(path)[0].head().batch == 2


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Take the right to write into `folder`; root, who has every right, becomes nobody for a while."""
    folder.chmod(0o555)
    if os.getuid() == 0:
        os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        if os.geteuid() == NOBODY:
            os.setresuid(0, 0, 0)
        folder.chmod(0o755)


def test_in_a_read_only_folder_it_can_be_read(path: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="sop_readonly_"))
    shutil.copy(path, folder / path.name)
    (folder / path.name).chmod(0o444)
    with without_rights(folder):
        ledger, notices = open_file(folder / path.name)
        assert notices == [ledger.read_only]
        assert "in a place you may not write to: it can be read, not changed" in ledger.read_only
        assert plain(ledger.facts()) == OLD
        with pytest.raises(LedgerReadOnlyError, match="may not write to"):
            ledger.commit(paste((NUT, 1.0, 1.0)))
        with pytest.raises(LedgerError, match="cannot be made"):
            create_file(folder / "new.sopledger", "guid", "plan.xlsm")
    shutil.rmtree(folder)


def test_a_locked_file_is_waited_for_and_then_named(path: Path) -> None:
    ledger, _ = open_file(path, wait=0.2)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerBusyError, match=r"is in use by another program\. Nothing was changed"):
        ledger.commit(paste((NUT, 1.0, 1.0)))
    assert plain(ledger.facts()) == OLD  # reading goes on
    other.execute("ROLLBACK")
    other.close()
    assert ledger.commit(paste((NUT, 1.0, 1.0))).number == 2


def test_a_locked_database_is_waited_for_and_then_named(guid: str) -> None:
    url = server_url()
    create_url(url, guid, "plan.xlsm").close()
    found = open_url(url, guid, wait=0.2)
    assert found
    ledger, other = found[0], PostgresStore(url, guid)
    with other.writing(), pytest.raises(LedgerBusyError, match="in use by another program"):
        ledger.commit(FIRST)
    assert ledger.commit(FIRST).number == 1
    ledger.close()
    other.close()


def page_kinds(path: Path) -> dict[int, str]:
    """Return what each page of a small database file is: the first byte of a b-tree page tells its class."""
    data, size = path.read_bytes(), 4096
    kinds = {2: "index node", 5: "table node", 10: "index leaf", 13: "table leaf"}
    return {
        page: kinds.get(data[page * size + (100 if page == 0 else 0)], "overflow") for page in range(len(data) // size)
    }


def test_a_flipped_bit_is_found_or_harmless_in_every_page(path: Path) -> None:
    ledger, _ = open_file(path)
    ledger.commit(paste(*many(400), raw=os.urandom(9_000)))  # type: ignore[arg-type]
    expected, raw = ledger.facts(), ledger.raw(2)
    whole = path.read_bytes()
    kinds = page_kinds(path)
    assert {"index leaf", "table leaf", "overflow", "table node", "index node"} <= set(kinds.values())
    restored = 0
    for page in kinds:
        for offset in (3, 3000):
            damaged = bytearray(whole)
            damaged[page * 4096 + offset] ^= 0x10
            path.write_bytes(damaged)
            opened, notices = open_file(path)
            restored += any("was damaged. The backup" in notice for notice in notices)
            assert opened.facts().equals(expected), (page, offset)
            assert opened.raw(2) == raw
            for aside in path.parent.glob("* damaged *"):
                aside.unlink()
    # Space that nothing uses can take a flip without harm; most places cannot.
    assert restored > len(kinds)


def test_the_batches_that_a_restored_backup_lacks_are_named(path: Path) -> None:
    ledger, _ = open_file(path)
    ledger.commit(paste((NUT, 1.0, 1.0)))
    backups(path)[-1].unlink()  # the backup of batch 2 is gone: only that of batch 1 is left
    data = bytearray(path.read_bytes())
    where = data.index(b"1E5")
    data[where : where + 3] = b"1E6"
    path.write_bytes(data)
    ledger, notices = open_file(path)
    assert plain(ledger.facts()) == OLD
    assert "it ends with batch 1, batches 2 to 2 are not in it" in notices[0]
    assert "kept as 'plan #1 % damaged 1.sopledger'" in notices[0]
    assert (path.parent / "plan #1 % damaged 1.sopledger").exists()
    assert ledger.commit(paste((NUT, 1.0, 1.0))).number == 2


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_a_file_that_is_no_database_is_restored(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    ledger, notices = open_file(path)
    assert "was damaged. The backup 'plan #1 % 000001.sopledger' took its place" in notices[0]
    assert plain(ledger.facts()) == OLD


def test_without_a_good_backup_the_damage_is_told(path: Path) -> None:
    for file in (path, *backups(path)):
        file.write_bytes(b"x" * 5000)
    with pytest.raises(LedgerDamagedError, match=r"no good backup\. Move it away: the ledger is then rebuilt"):
        open_file(path)
    assert path.read_bytes() == b"x" * 5000


def test_another_database_is_not_taken_for_a_ledger(tmp_path: Path) -> None:
    file = tmp_path / "plan.sopledger"
    with sqlite3.connect(file) as conn:
        conn.execute("CREATE TABLE customers (name TEXT)")
    conn.close()
    with pytest.raises(LedgerError):
        open_file(file)
    assert file.exists()


def test_there_are_backups_enough_and_not_too_many(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, _ = open_file(path)
    for number in range(12):
        ledger.commit(paste((NUT, float(number), 1.0)))
    kept = backups(path)
    assert [int(file.stem[-6:]) for file in kept] == list(range(4, 14))
    assert all(backup.is_sound(file) for file in kept)
    monkeypatch.setattr(backup, "KEPT_BYTES", 1)
    ledger.commit(paste((NUT, 99.0, 1.0)))
    assert [int(file.stem[-6:]) for file in backups(path)] == [13, 14]


def test_a_damaged_ledger_never_pushes_good_backups_out(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, _ = open_file(path)
    before = backups(path)
    monkeypatch.setattr(backup, "is_sound", lambda _: False)
    ledger.commit(paste((NUT, 1.0, 1.0)))
    assert "is damaged; the backups before it are kept" in ledger.notices[0]
    assert backups(path) == before


def raise_version(place: Path, version: int) -> None:
    with sqlite3.connect(place) as conn:
        conn.execute("UPDATE meta SET value = ? WHERE name = 'schema_version'", (str(version),))
    conn.close()


def test_a_newer_file_can_be_read_only(path: Path) -> None:
    raise_version(path, CURRENT + 1)
    ledger, notices = open_file(path)
    assert notices == [ledger.read_only]
    assert (
        f"written by a newer sop_xl (version {CURRENT + 1} of its tables, this program knows {CURRENT})" in notices[0]
    )
    assert plain(ledger.facts()) == OLD
    for write in (lambda: ledger.commit(FIRST), lambda: ledger.undo(1, who="", at=NOW), ledger.log):
        with pytest.raises(LedgerReadOnlyError, match="update sop_xl"):
            write()


def test_a_newer_database_can_be_read_only(guid: str) -> None:
    made = create_url(server_url(), guid, "plan.xlsm")
    made.commit(FIRST)
    with made.store.writing() as conn:
        conn.exec_driver_sql(f"UPDATE meta SET value = '{CURRENT + 1}' WHERE name = 'schema_version'")
    made.close()
    found = open_url(server_url(), guid)
    assert found
    ledger, notices = found
    assert "It can be read, not written: update sop_xl." in notices[0]
    assert plain(ledger.facts()) == OLD
    with pytest.raises(LedgerReadOnlyError):
        ledger.commit(paste((NUT, 1.0, 1.0)))
    engine = ledger.store.engine  # type: ignore[attr-defined]
    with pytest.raises(DBAPIError, match="read-only transaction"), engine.begin() as conn:
        conn.exec_driver_sql("DELETE FROM meta")
    ledger.close()


def test_an_older_file_is_brought_up_to_date_and_the_old_one_kept(tmp_path: Path) -> None:
    path = tmp_path / "plan.sopledger"
    old_file(path)
    old = path.read_bytes()
    ledger, notices = open_file(path)
    assert notices == ["The ledger 'plan.sopledger' was brought from version 1 to 4 of its tables; its totals agree."]
    assert ledger.head() != DataVersion()
    assert ledger.commit(paste((NUT, 7.0, 1.0))).number == 2
    ledger.verify()
    assert any(_tables(file) == _tables_of(old, tmp_path) for file in backups(path))
    with pytest.raises(LedgerError, match="nothing in it is changed"), ledger.store.writing() as conn:
        conn.exec_driver_sql("DELETE FROM facts")


def test_an_older_database_is_brought_up_to_date(guid: str) -> None:
    store = PostgresStore(server_url(), guid)
    with store.writing() as conn:
        conn.exec_driver_sql(f'CREATE SCHEMA "{store.schema}"')
    old_ledger(store)
    store.close()
    found = open_url(server_url(), guid)
    assert found
    ledger, notices = found
    assert "from version 1 to 4 of its tables; its totals agree." in notices[0]
    assert ledger.head().batch == 1
    assert ledger.commit(paste((NUT, 7.0, 1.0))).number == 2
    ledger.verify()
    ledger.close()


def _tables(file: Path) -> set[str]:
    with sqlite3.connect(file) as conn:
        names = {row[0] for row in conn.execute("SELECT name FROM sqlite_master")}
    conn.close()
    return names


def _tables_of(content: bytes, folder: Path) -> set[str]:
    (folder / "old").write_bytes(content)
    return _tables(folder / "old")


def test_a_migration_that_loses_something_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.sopledger"
    old_file(path)
    old = path.read_bytes()
    careless = Migration(2, "loses a fact", lambda conn: conn.exec_driver_sql("DELETE FROM facts") and None)
    monkeypatch.setattr(migrations, "MIGRATIONS", (MIGRATIONS[0], careless, *MIGRATIONS[1:]))
    with pytest.raises(LedgerDamagedError, match="could not be brought up to date: batch 1 is not what was committed"):
        open_file(path)
    assert path.read_bytes() == old
    assert list(tmp_path.glob("*tmp*")) == []


def test_an_older_file_that_is_damaged_is_restored_before_it_is_migrated(tmp_path: Path) -> None:
    path = tmp_path / "plan.sopledger"
    old_file(path)
    with sqlite3.connect(path) as conn:
        conn.execute("UPDATE facts SET value = value + 1 WHERE id = 1")
    conn.close()
    ledger, notices = open_file(path)
    assert "was damaged" in notices[0]
    ledger.verify()


def test_an_address_that_is_wrong_is_told_without_the_password() -> None:
    with pytest.raises(LedgerError, match="is no address") as caught:
        open_url("server/database", "guid")
    assert "ledger_url" in str(caught.value)
    with pytest.raises(LedgerError, match="cannot be reached") as caught:
        open_url("postgresql://planner:geheim@127.0.0.1:1/sop", "guid")
    assert "geheim" not in str(caught.value)
    assert "'sop' on 127.0.0.1" in str(caught.value)


def test_one_database_serves_many_workbooks(guid: str) -> None:
    url = server_url()
    one, other = create_url(url, guid, "a.xlsm"), create_url(url, guid + "-b", "b.xlsm")
    one.commit(FIRST)
    assert plain(one.facts()) == OLD
    assert len(other.facts()) == 0
    with pytest.raises(LedgerError, match="already"):
        create_url(url, guid, "a.xlsm")
    assert open_url(url, guid + "-c") is None
    one.close()
    other.close()
