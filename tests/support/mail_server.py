"""A real mail server on this computer, with STARTTLS or SSL, a certificate of its own and one password."""

from __future__ import annotations

import socket
import ssl
import subprocess
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "correct horse"


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a key and a certificate for localhost; return their files."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run([*command.split(), "-keyout", key, "-out", cert], check=True, capture_output=True)
    return key, cert


class Inbox:
    """Keeps the mails that arrive, and refuses some readers."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refused: set[str] = set()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refused:
            return "550 no such reader"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append(envelope)
        return "250 OK"


class MailServers:
    """Starts servers that share an inbox, and stops them all.

    Attributes:
        inbox: what arrived.
        trust: vouches for their certificate.
    """

    def __init__(self, key: Path, cert: Path) -> None:
        self.inbox, self._made = Inbox(), list[Controller]()
        self.trust = ssl.create_default_context(cafile=cert)
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(cert, key)

    def start(self, security: str) -> int:
        """Start one with `starttls` or `ssl`; return its port."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        context, plain = self._context, security == "starttls"

        class Server(Controller):
            def factory(self) -> SMTP:
                if plain:
                    return SMTP(self.handler, tls_context=context, require_starttls=True, authenticator=_known)
                return SMTP(self.handler, authenticator=_known, auth_require_tls=False)

        where = {"hostname": "localhost", "port": port, "ready_timeout": 30}
        found = Server(self.inbox, ssl_context=None if plain else context, **where)
        found.start()
        self._made.append(found)
        return port

    def stop(self) -> None:
        """Stop them."""
        for controller in self._made:
            controller.stop()


def _known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=data.password == SECRET.encode(), handled=False)
