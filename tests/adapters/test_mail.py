"""Letters as drafts and through a real server on this machine, read by parsers that are not ours."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
from pathlib import Path
from types import SimpleNamespace

import pytest

from sop_xl.adapters.mail.eml import EmlDrafts
from sop_xl.adapters.mail.outlook import OutlookDrafts
from sop_xl.adapters.mail.smtp import KEY_SERVICE, SmtpMailer, SmtpServer, read_server, stored_password
from sop_xl.domain.mail_errors import MailError
from sop_xl.share.csv_cells import safe_csv
from sop_xl.share.letters import Attachment, Letter, LetterError, message_of, outside, written
from tests.support.mail_server import SECRET, MailServers, certificate

DATE = dt.datetime(2026, 11, 4, 9, 30, tzinfo=dt.UTC)
FILE = Attachment("Return_Ånn.xlsx", b"PK\x03\x04 content")
LETTER = Letter("ann@bolts.example", "Bolts: your part, ä", "Dear Ann,\n\n 1. Demand: +4 %.\n", (FILE,), "F0001-9ab3c4")


@pytest.fixture(scope="module")
def made_certificate(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server(made_certificate):
    servers = MailServers(*made_certificate)
    yield servers
    servers.stop()


def opened(content):
    message = email.message_from_bytes(content, policy=email.policy.default)
    files = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    return message, files


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_letter_arrives_as_it_was_written(server, security):
    place = SmtpServer("localhost", server.start(security), security, "plan@bolts.example", "plan")
    mailer = SmtpMailer(place, DATE, password=lambda _: SECRET, context=server.trust)
    assert mailer.deliver(LETTER) == "by localhost"
    [envelope] = server.inbox.mails
    assert envelope.mail_from == "plan@bolts.example"
    assert envelope.rcpt_tos == ["ann@bolts.example"]
    message, files = opened(envelope.content)
    assert message["Subject"] == LETTER.subject
    assert message["X-Unsent"] is None
    assert message.get_body().get_content().replace("\r\n", "\n") == LETTER.body
    assert files == {FILE.name: FILE.content}


def test_a_wrong_password_is_told_without_it(server):
    place = SmtpServer("localhost", server.start("starttls"), "starttls", "plan@bolts.example", "plan")
    mailer = SmtpMailer(place, DATE, password=lambda _: "wrong secret", context=server.trust)
    with pytest.raises(MailError, match="did not take user and password") as caught:
        mailer.deliver(LETTER)
    assert "wrong secret" not in str(caught.value)
    assert server.inbox.mails == []


def test_a_server_nobody_vouches_for_gets_nothing(server):
    place = SmtpServer("localhost", server.start("starttls"), "starttls", "plan@bolts.example")
    with pytest.raises(MailError, match="not sent by localhost"):
        SmtpMailer(place, DATE).deliver(LETTER)
    assert server.inbox.mails == []


def test_the_servers_file_never_holds_a_password(tmp_path):
    file = tmp_path / "mail.toml"
    with pytest.raises(MailError, match="No mail server is set up"):
        read_server(file)
    file.write_text('[smtp]\nhost = "mail.bolts.example"\nsender = "plan@bolts.example"\nuser = "plan"\n')
    assert read_server(file) == SmtpServer("mail.bolts.example", 587, "starttls", "plan@bolts.example", "plan")
    file.write_text('[smtp]\nhost = "m"\nsender = "p@b.example"\npassword = "x"\n')
    with pytest.raises(MailError, match="password does not belong there"):
        read_server(file)
    file.write_text('[smtp]\nhost = "m"\nsender = "p@b.example"\nsecurity = "none"\n')
    with pytest.raises(MailError, match="starttls or ssl"):
        read_server(file)


def test_the_password_comes_from_the_key_store(monkeypatch):
    import keyring

    kept = {(KEY_SERVICE, "plan@m"): SECRET}
    monkeypatch.setattr(keyring, "get_password", lambda service, key: kept.get((service, key)))
    assert stored_password(SmtpServer("m", 587, "starttls", "p@b.example", "plan")) == SECRET
    with pytest.raises(MailError, match="keyring set"):
        stored_password(SmtpServer("m", 587, "starttls", "p@b.example", "other"))


def test_a_draft_opens_as_one_not_sent_yet(tmp_path):
    name = EmlDrafts(tmp_path / "drafts", DATE).deliver(LETTER)
    message, files = opened((tmp_path / "drafts" / name).read_bytes())
    assert message["X-Unsent"] == "1"
    assert message["From"] is None
    assert message["To"] == "ann@bolts.example"
    assert files == {FILE.name: FILE.content}


class FakeOutlook:
    """Outlook's objects as far as drafts need them; sending is a failure."""

    def __init__(self):
        self.saved, self.files = [], []

    def CreateItem(self, kind):
        assert kind == 0
        item = SimpleNamespace(Attachments=SimpleNamespace(Add=self.attach))
        item.Save = lambda: self.saved.append(item)
        item.Send = lambda: pytest.fail("never sent by itself")
        return item

    def attach(self, path):
        self.files.append((Path(path).name, Path(path).read_bytes()))


def test_outlook_gets_a_draft_that_is_saved_and_never_sent():
    outlook = FakeOutlook()
    assert OutlookDrafts(lambda: outlook).deliver(LETTER) == "in Outlook's drafts"
    [item] = outlook.saved
    assert (item.To, item.Subject, item.Body) == (LETTER.to, LETTER.subject, LETTER.body.replace("\n", "\r\n"))
    assert outlook.files == [(FILE.name, FILE.content)]


def test_a_draft_outlook_does_not_take_is_discarded_and_named():
    closed = []

    class Full(FakeOutlook):
        def CreateItem(self, kind):
            item = super().CreateItem(kind)
            item.Close = closed.append
            item.Save = no_room
            return item

    def no_room():
        raise OSError("the mailbox is full")

    with pytest.raises(MailError, match=r"did not take the draft to ann@bolts\.example"):
        OutlookDrafts(Full).deliver(LETTER)
    assert closed == [1]


def test_without_outlook_the_way_out_is_named():
    with pytest.raises(MailError, match="--drafts eml"):
        OutlookDrafts()


@pytest.mark.parametrize("to", ["ann@bolts.example\nBcc: spy@x.example", "ann", ""])
def test_an_address_cannot_become_a_header(to):
    with pytest.raises(LetterError):
        message_of(Letter(to, "s", "b", (), "F"), sender="", date=DATE, draft=True)


def test_a_subject_cannot_become_a_header():
    with pytest.raises(LetterError):
        message_of(Letter(LETTER.to, "s\r\nBcc: spy@x.example", "b", (), "F"), sender="", date=DATE, draft=True)


def test_a_template_is_filled_or_refused():
    assert written("Plan of $month\n\nDear $name", {"month": "Nov\n26", "name": "Ann"}) == (
        "Plan of Nov 26",
        "Dear Ann",
    )
    with pytest.raises(LetterError, match=r"Known: \$company"):
        written("Plan\n\n$salary", {"name": "Ann"})
    with pytest.raises(LetterError, match="first line"):
        written("no subject", {})


def test_addresses_outside_are_pointed_out():
    assert outside(["a@bolts.example", "b@else.example"], "bolts.example") == ["b@else.example"]


def test_csv_cells_cannot_become_formulas_and_numbers_stay_numbers():
    rows = [("=1+1", -5.0), ("\u00a0@x", 2.5), ("a\n+b", None), ("1-2", True), ("plain", 1e9)]
    assert safe_csv(("Item", "=Q"), rows) == (
        '"Item","\'=Q"\r\n"\'=1+1",-5\r\n"\'\u00a0@x",2.5\r\n"\'a\n+b",""\r\n"1-2","yes"\r\n"plain",1000000000\r\n'
    )
