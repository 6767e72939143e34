"""Mail through a server that an administrator named, over an encrypted line, with a password from the key store."""

from __future__ import annotations

import smtplib
import ssl
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sop_xl.domain.mail_errors import MailError
from sop_xl.share.letters import message_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from sop_xl.share.letters import Letter

TIMEOUT_S = 30.0
KEY_SERVICE = "sop-xl mail"
PORTS = {"starttls": 587, "ssl": 465}
KNOWN = ("host", "port", "security", "user", "sender", "home_domain")


@dataclass(frozen=True)
class SmtpServer:
    """The server, as its file has it.

    Attributes:
        host, port: where it listens.
        security: starttls or ssl; a line that is not encrypted is not offered.
        user: whom it knows; blank: it asks for nobody. The password is in the key store of the system.
        sender: the address mails come from.
        home_domain: addresses outside it are pointed out before anything is sent.
    """

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    home_domain: str = ""


def read_server(file: Path) -> SmtpServer:
    """Read the file with the section `[smtp]`.

    Raises:
        MailError: there is none, or it does not say what is needed; a password in it is refused.
    """
    if not file.is_file():
        raise MailError(f"No mail server is set up: there is no {file.name} in {file.parent}. See docs/mailing.md.")
    try:
        said: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8")).get("smtp", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as fault:
        raise MailError(f"{file.name} cannot be read: {fault}.") from fault
    strange = [name for name in said if name not in KNOWN]
    if strange:
        raise MailError(
            f"{file.name}: {', '.join(strange)} does not belong there. A password is kept by the key store only."
        )
    security = str(said.get("security", "starttls"))
    missing = [name for name in ("host", "sender") if not said.get(name)]
    if missing or security not in PORTS:
        wanted = f"It needs {' and '.join(missing)}" if missing else f"security is starttls or ssl, not {security!r}"
        raise MailError(f"{file.name}: {wanted}.")
    port = int(said.get("port", PORTS[security]))
    who = (str(said.get("user", "")), str(said.get("home_domain", "")))
    return SmtpServer(str(said["host"]), port, security, str(said["sender"]), *who)


def stored_password(server: SmtpServer) -> str:
    """Return the password of the server's user from the system's key store.

    Raises:
        MailError: there is no key store, or no password in it.
    """
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as fault:
        raise MailError("The library keyring is missing: pip install 'sop-xl[mail]'.") from fault
    key = f"{server.user}@{server.host}"
    try:
        found = keyring.get_password(KEY_SERVICE, key)
    except KeyringError as fault:
        raise MailError(f"The key store of this computer cannot be read ({type(fault).__name__}).") from fault
    if not found:
        raise MailError(f'There is no password in the key store. Put it there: keyring set "{KEY_SERVICE}" "{key}"')
    return str(found)


class SmtpMailer:
    """Sends letters; one connection a letter, so that a failure concerns one letter."""

    event = "sent"

    def __init__(
        self,
        server: SmtpServer,
        date: dt.datetime,
        *,
        password: Callable[[SmtpServer], str] = stored_password,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """Take the server, the date mails bear, and what gives the password when it is needed."""
        self._server, self._date, self._password = server, date, password
        self._context = context or ssl.create_default_context()

    def deliver(self, letter: Letter) -> str:
        """Send one letter; return by which server.

        Raises:
            MailError: it was not sent.
        """
        server = self._server
        message = message_of(letter, sender=server.sender, date=self._date, draft=False)
        try:
            with self._connected() as line:
                if server.user:
                    line.login(server.user, self._password(server))
                line.send_message(message)
        except (smtplib.SMTPException, OSError) as fault:
            raise MailError(
                f"{letter.to}: not sent by {server.host} ({_words(fault)}). Those before it were."
            ) from fault
        return f"by {server.host}"

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "ssl":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=self._context)
        line = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
        try:
            line.starttls(context=self._context)
        except BaseException:
            line.close()
            raise
        return line


def _words(fault: Exception) -> str:
    """Return what a server said, without the login it was said about."""
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return "it did not take user and password"
    if isinstance(fault, smtplib.SMTPNotSupportedError):
        return "it offers no encrypted line"
    return f"{type(fault).__name__}: {fault}"
