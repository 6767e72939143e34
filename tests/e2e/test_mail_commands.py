"""Packs, reminders and what comes back, as a user types the commands: files, mails, ledger, messages, exit codes."""

from __future__ import annotations

import email
import email.policy
import hashlib
import shutil
from typing import TYPE_CHECKING

import keyring
import openpyxl
import pytest
from keyring.backend import KeyringBackend

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.mail.smtp import KEY_SERVICE
from sop_xl.entrypoints.pack_cli import PASSWORD
from sop_xl.entrypoints.places import ledger_places
from sop_xl.services.partner import GUID
from sop_xl.share.form import CODE_HEADER
from tests.e2e.books import planned_folder
from tests.e2e.command import sop
from tests.share.outgoing import ask
from tests.support.mail_server import SECRET, MailServers, certificate

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = (
    {"recipient": "Ann", "role": "sales", "address": "ann@two.example", "markets": "East"},
    {"recipient": "Boss", "role": "executive", "address": "boss@two.example"},
    {"recipient": "Plant", "role": "plant", "address": "plant@elsewhere.example", "sites": "P1"},
)


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """The small company with three recipients, nothing sent."""
    folder = tmp_path_factory.mktemp("asked") / "work"
    path = shutil.copytree(planned_folder(), folder) / "plan.xlsm"
    ask(path, PEOPLE)
    return folder


@pytest.fixture
def path(asked, tmp_path):
    return shutil.copytree(asked, tmp_path / "work") / "plan.xlsm"


def ledger_of(path):
    ledger, _ = ledger_places(str(path.resolve())).open(FileWorkbook(path).read_property(GUID), "")
    packs, events = ledger.packs(), ledger.pack_events()
    ledger.close()
    return packs, events


def attachments(content):
    message = email.message_from_bytes(content, policy=email.policy.default)
    return message, [part.get_content() for part in message.iter_attachments()]


class Kept(KeyringBackend):
    """A key store that holds one password."""

    priority = 1

    def __init__(self, name):
        super().__init__()
        self._name = name

    def get_password(self, service, username):
        return SECRET if (service, username) == (KEY_SERVICE, self._name) else None

    def set_password(self, service, username, password):
        raise NotImplementedError


@pytest.fixture
def post(tmp_path, monkeypatch):
    """A mail server of the company, its file, and its user's password in the key store."""
    key, cert = certificate(tmp_path)
    servers, before = MailServers(key, cert), keyring.get_keyring()
    file = tmp_path / "mail.toml"
    file.write_text(
        f'[smtp]\nhost = "localhost"\nport = {servers.start("starttls")}\nuser = "plan"\nsender = "plan@two.example"\n'
        'home_domain = "two.example"\n'
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    keyring.set_keyring(Kept("plan@localhost"))
    yield servers.inbox, file
    keyring.set_keyring(before)
    servers.stop()


def test_mails_are_shown_first_then_sent_and_the_ledger_says_who_got_which_version(path, post):
    inbox, server = post
    words = ("pack", path, "--drafts", "smtp", "--mail-server", server)
    shown = sop(*words)
    assert (shown.code, inbox.mails) == (0, [])
    assert "boss@two.example" in shown.out
    assert "Outside two.example: plant@elsewhere.example" in shown.out
    assert "Nothing was sent" in shown.out
    assert ledger_of(path)[1] == []
    sent = sop(*words, "--send", "--json")
    assert sent.code == 0, sent.err
    assert [mail["to"] for mail in sent.json["mails"]] == [row["address"] for row in PEOPLE]
    packs, events = ledger_of(path)
    assert [(e.event, e.detail) for e in events] == [("sent", f"to {row['address']}: by localhost") for row in PEOPLE]
    versions = {pack.form.form_id: pack.form.version for pack in packs}
    for mail, event in zip(inbox.mails, events, strict=True):
        message, files = attachments(mail.content)
        assert hashlib.sha256(files[0]).hexdigest() == event.sha256
        assert versions[event.form_id] == sent.json["packs"][0]["version"]
        assert "what changed" in message.get_body().get_content().casefold()
    assert SECRET not in sent.out + sent.err + shown.out


def test_a_reader_the_server_refuses_is_named_and_those_before_are_in_the_ledger(path, post):
    inbox, server = post
    inbox.refused = {"boss@two.example"}
    done = sop("pack", path, "--drafts", "smtp", "--mail-server", server, "--send")
    assert done.code == 2
    assert "boss@two.example: not sent by localhost" in done.err
    assert [e.detail for e in ledger_of(path)[1]] == ["to ann@two.example: by localhost"]


def test_a_password_is_in_no_mail_file_ledger_or_message(path, monkeypatch):
    secret = "Paperclip-4711-orange"
    monkeypatch.setenv(PASSWORD, secret)
    words = ("--encrypt", "--drafts", "eml", "--to", path.parent / "out", "--answer-by", "2020-01-31")
    done = sop("pack", path, *words)
    assert done.code == 0, done.err
    assert "answered by 31 Jan 2020, which is past" in done.out
    files = [file for file in path.parent.rglob("*") if file.is_file()]
    assert {file.suffix for file in (path.parent / "out").iterdir() if file.is_file()} == {".xlsx"}
    assert all(file.read_bytes()[:4] == b"\xd0\xcf\x11\xe0" for file in (path.parent / "out").glob("*.xlsx"))
    assert [file.name for file in files if secret.encode() in file.read_bytes()] == []
    assert secret not in done.out + done.err
    told = path.parent / "letter.txt"
    told.write_text(f"Plan\n\nIt opens with {secret}.")
    refused = sop("pack", path, "--encrypt", "--drafts", "eml", "--template", told)
    assert (refused.code, secret in refused.err) == (2, False)
    assert "tell the password" in refused.err


def filled(form: Path, header: str, value: float) -> None:
    book = openpyxl.load_workbook(form)
    page = book[book.sheetnames[1]]
    head = next(row for row in page.iter_rows() if CODE_HEADER in [cell.value for cell in row])
    column = next(cell.column for cell in head if cell.value == header)
    page.cell(head[0].row + 1, column).value = value
    book.save(form)


def test_who_has_not_answered_is_reminded_until_they_have(path):
    nothing = sop("remind", path)
    assert (nothing.code, nothing.out.strip()) == (0, "Every form of 2027-01 is answered.")
    out = path.parent / "out"
    assert sop("pack", path, "--to", out, "--answer-by", "2027-01-20", "--drafts", "eml").code == 0
    asked = sop("remind", path, "--drafts", "eml", "--json")
    assert [one["recipient"] for one in asked.json["missing"]] == ["Ann", "Plant"]
    drafts = sorted((path.parent / "Packs_2027-01" / "reminders").iterdir())
    message, files = attachments(drafts[0].read_bytes())
    assert (message["To"], message["X-Unsent"], files) == ("ann@two.example", "1", [])
    assert "Reminder: your sales figures of Jan 27" in message["Subject"]
    filled(out / "Return_Ann.xlsx", "Your forecast", 55.0)
    looked = sop("collect", path, out / "Return_Ann.xlsx")
    assert looked.code == 0
    assert "1 accepted" in looked.out
    assert "no answer: Plant" in looked.out
    taken = sop("collect", path, out / "Return_Ann.xlsx", "--commit", "--json")
    assert (taken.json["counts"]["accepted"], taken.json["missing"][0]["recipient"]) == (1, "Plant")
    assert [one["recipient"] for one in sop("remind", path, "--json").json["missing"]] == ["Plant"]
    told = [(e.event, e.detail.partition(":")[0]) for e in ledger_of(path)[1]]
    assert told == [
        *(("drafted", f"to {row['address']}") for row in PEOPLE),
        *(("drafted", f"reminder to {PEOPLE[k]['address']}") for k in (0, 2)),
        ("returned", "Return_Ann.xlsx"),
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--role", "sale"), "There is no role 'sale'. There are: sales, plant"),
        (("--role", "buyer"), "Nobody on the sheet Recipients fits"),
        (("--send",), "--send goes with --drafts smtp"),
        (("--recipient", "Anne"), "has no 'Anne'"),
        (("--answer-by", "12.11."), "is no day. Write it like 2026-11-12."),
        (("--approved",), "is not approved"),
        (("--drafts", "smtp", "--mail-server", "nowhere.toml"), "No mail server is set up"),
        (("--drafts", "outlook"), "--drafts eml"),
        (("--template", "nowhere.txt"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_written(asked, words, told):
    before = sorted(asked.rglob("*"))
    done = sop("pack", asked / "plan.xlsm", *words, "--json")
    assert done.code == 2
    assert told in done.json["error"]
    assert sorted(asked.rglob("*")) == before
