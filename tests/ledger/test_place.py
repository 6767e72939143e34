"""Where a ledger is kept, found and made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sop_xl.adapters.ledger.link import fork, is_database, link
from sop_xl.adapters.ledger.opening import create_file, create_url
from sop_xl.adapters.ledger.place import Surroundings, find, is_remote, ledger_path
from sop_xl.domain.ledger_errors import LedgerError
from tests.ledger.cases import BOLT, NUT, paste, plain
from tests.support.postgres import server_url

if TYPE_CHECKING:
    from sop_xl.adapters.ledger.ledger import SqlLedger

HERE = Surroundings(
    Path("/data"), (r"C:\Users\me\OneDrive - Contoso", "/home/me/Sync"), ("/mnt/share", "/mnt/my share")
)


@pytest.mark.parametrize(
    ("workbook", "remote"),
    [
        ("/home/me/plans/plan.xlsm", False),
        (r"C:\Users\me\Documents\plan.xlsm", False),
        ("https://contoso.sharepoint.com/sites/sop/plan.xlsm", True),
        (r"\\server\share\plan.xlsm", True),
        ("//server/share/plan.xlsm", True),
        (r"C:\Users\me\OneDrive - Contoso\plan.xlsm", True),
        (r"c:\users\ME\onedrive - contoso\Sub\plan.xlsm", True),
        (r"C:\Users\me\OneDrive\plan.xlsm", True),
        ("/home/me/Sync/plan.xlsm", True),
        ("/home/me/Syncopated/plan.xlsm", False),
        ("/home/me/Dropbox (Work)/plan.xlsm", True),
        ("/Users/me/Library/Mobile Documents/com~apple~CloudDocs/plan.xlsm", True),
        ("/Users/me/Library/CloudStorage/Box-Box/plan.xlsm", True),
        ("/mnt/share/plan.xlsm", True),
        ("/mnt/my share/a/plan.xlsm", True),
        ("/home/me/plans/onedrive.xlsm", False),
    ],
)
def test_a_cloud_or_network_place_is_no_place_for_a_database(workbook: str, remote: bool) -> None:
    assert is_remote(workbook, HERE) is remote
    expected = Path("/data/ledgers/guid-1.sopledger") if remote else Path(workbook).with_suffix(".sopledger")
    assert ledger_path(workbook, "guid-1", HERE) == expected


def test_surroundings_are_read_from_the_machine() -> None:
    mounts = "//nas/x /mnt/my\\040share cifs rw 0 0\n/dev/sda1 / ext4 rw 0 0\nnas:/y /mnt/y nfs4 rw 0 0\n"
    linux = Surroundings.of({"HOME": "/home/me"}, "linux", mounts)
    assert linux == Surroundings(Path("/home/me/.local/share/sop_xl"), (), ("/mnt/my share", "/mnt/y"))
    windows = Surroundings.of({"LOCALAPPDATA": "L", "USERPROFILE": "U", "OneDrive": "U/OneDrive"}, "win32")
    assert windows == Surroundings(Path("L/sop_xl"), ("U/OneDrive",), ())
    assert Surroundings.of({"HOME": "/Users/me"}, "darwin").data_folder == Path(
        "/Users/me/Library/Application Support/sop_xl"
    )


@pytest.fixture
def local(tmp_path: Path) -> Surroundings:
    return Surroundings(tmp_path / "local data")


def test_a_renamed_workbook_finds_its_ledger(tmp_path: Path, local: Surroundings) -> None:
    made = create_file(tmp_path / "plan.sopledger", "guid-1", str(tmp_path / "plan.xlsm"))
    made.commit(paste((BOLT, 1.0, 1.0)))
    create_file(tmp_path / "other.sopledger", "guid-2", "other.xlsm")
    assert find(str(tmp_path / "renamed.xlsm"), "guid-1", local) == tmp_path / "plan.sopledger"
    linked = link(str(tmp_path / "renamed.xlsm"), "guid-1", "", local)
    assert not linked.is_new
    assert linked.ledger.head().batch == 1


def test_another_workbooks_ledger_is_left_alone(tmp_path: Path, local: Surroundings) -> None:
    create_file(tmp_path / "plan.sopledger", "guid-other", "plan.xlsm").commit(paste((BOLT, 1.0, 1.0)))
    linked = link(str(tmp_path / "plan.xlsm"), "guid-1", "", local)
    assert (linked.is_new, linked.ledger.place, linked.ledger.guid) == (True, "'plan 2.sopledger'", "guid-1")
    assert link(str(tmp_path / "plan.xlsm"), "guid-1", "", local).is_new is False
    assert link(str(tmp_path / "plan.xlsm"), "guid-other", "", local).ledger.head().batch == 1


def test_in_a_cloud_folder_the_ledger_is_in_the_users_own_folder(local: Surroundings) -> None:
    url = "https://contoso.sharepoint.com/plan.xlsm"
    linked = link(url, "guid-1", "", local)
    assert "cloud or network folder, where a database breaks" in linked.notices[0]
    assert (local.data_folder / "ledgers" / "guid-1.sopledger").exists()
    assert link(url, "guid-1", "", local).notices == []


def test_a_workbook_that_moved_out_of_the_cloud_keeps_its_ledger(tmp_path: Path, local: Surroundings) -> None:
    link("https://contoso.sharepoint.com/plan.xlsm", "guid-1", "", local).ledger.commit(paste((BOLT, 1.0, 1.0)))
    assert link(str(tmp_path / "plan.xlsm"), "guid-1", "", local).ledger.head().batch == 1


def test_a_damaged_ledger_in_its_place_is_still_the_workbooks(tmp_path: Path, local: Surroundings) -> None:
    path = tmp_path / "plan.sopledger"
    create_file(path, "guid-1", "plan.xlsm").commit(paste((BOLT, 1.0, 1.0)))
    path.write_bytes(b"x" * 4096)
    linked = link(str(tmp_path / "plan.xlsm"), "guid-1", "", local)
    assert "was damaged" in linked.notices[0]
    assert plain(linked.ledger.facts()) == {BOLT: (1.0, 1.0, "1")}


def test_a_setting_that_names_a_database_leads_there(guid: str, local: Surroundings) -> None:
    linked = link("plan.xlsm", guid, server_url(), local)
    assert linked.is_new
    linked.ledger.commit(paste((BOLT, 1.0, 1.0)))
    linked.ledger.close()
    again = link("plan.xlsm", guid, server_url(), local)
    assert (again.is_new, again.ledger.head().batch) == (False, 1)
    again.ledger.close()


@pytest.mark.parametrize("url", ["mysql://server/x", "server/x", "sqlite:///x.db", "C:/plan.db"])
def test_a_setting_that_names_something_else_is_refused(url: str) -> None:
    with pytest.raises(LedgerError, match=r"no address of a PostgreSQL database\. Write it like postgresql://"):
        is_database(url)


def test_without_a_guid_there_is_no_ledger(local: Surroundings) -> None:
    with pytest.raises(LedgerError, match="no GUID yet"):
        link("plan.xlsm", "", "", local)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_copy_gets_the_history_and_goes_its_own_way(
    kind: str, tmp_path: Path, guid: str, local: Surroundings
) -> None:
    if kind == "sqlite":
        source: SqlLedger = create_file(tmp_path / "plan.sopledger", guid, "plan.xlsm")
    else:
        source = create_url(server_url(), guid, "plan.xlsm")
    source.commit(paste((BOLT, 1.0, 1.0), raw=b"raw"))
    forked = fork(source, str(tmp_path / "copy.xlsm"), guid + "-copy", local)
    forked.verify()
    assert (forked.guid, forked.workbooks) == (guid + "-copy", (str(tmp_path / "copy.xlsm"),))
    assert forked.head() == source.head()
    assert forked.raw(1) == b"raw"
    forked.commit(paste((NUT, 2.0, 2.0)))
    assert (forked.head().batch, source.head().batch) == (2, 1)
    source.close()
    forked.close()
