"""A real SMTP server (aiosmtpd) on this machine, which keeps what it takes and refuses what it is told to."""

from __future__ import annotations

import datetime
import ipaddress
import logging
import ssl
import threading
import time
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cases import Failed

# a client that does not trust a certificate is a case here and no fault of the server
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

USER, PASSWORD = "doorward@mail.example", "a password: of the mail server / 100%"


class Authority:
    """A certificate authority that nobody knows, and the certificate of a mail server under it."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "mail-ca.pem"
        self._server = directory / "mail-server.pem"
        key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        name = _name("A private authority")
        authority = _certificate(name, key, name).add_extension(x509.BasicConstraints(True, None), True)
        self.file.write_bytes(authority.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        server = _certificate(_name("localhost"), server_key, name).add_extension(names, False)
        private = server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._server.write_bytes(private + server.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def context(self) -> ssl.SSLContext:
        """What a server needs to speak TLS under it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._server)
        return context


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(subject: x509.Name, key: ec.EllipticCurvePrivateKey, issuer: x509.Name) -> x509.CertificateBuilder:
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    return builder.serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)


class Taken:
    """A message as it came: who it is from and for, by which login and protection, and its bytes."""

    def __init__(self, session: Session, envelope: Envelope) -> None:
        self.sender, self.recipients = envelope.mail_from, list(envelope.rcpt_tos)
        self.is_protected = session.ssl is not None
        self.login = session.auth_data
        self.content = bytes(envelope.content or b"")


class MailServer:
    """Takes mail at one port; `refusals` says how often and with what an address is refused first."""

    def __init__(self, port: int, **options: Any) -> None:
        self.port, self.options = port, options
        self.taken: list[Taken] = []
        self.refusals: dict[str, list[str]] = {}
        self.refused: list[str] = []
        self.mechanisms: list[str] = []
        self._changed = threading.Condition()
        self._controller: Controller | None = None

    def start(self) -> MailServer:
        """Begins to listen."""
        secret = {"authenticator": self._authenticate, "auth_required": True} if self.options.pop("login", False) else {}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **self.options, **secret)
        self._controller.start()
        return self

    def stop(self) -> None:
        """Takes nothing any more."""
        if self._controller:
            self._controller.stop()

    def _authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        self.mechanisms.append(mechanism)
        is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=is_right, auth_data=data)

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Refuses an address as often as it is told to."""
        answers = self.refusals.get(address, [])
        if answers:
            self.refused.append(address)
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keeps a message."""
        with self._changed:
            self.taken.append(Taken(session, envelope))
            self._changed.notify_all()
        return "250 Message accepted for delivery"

    def to(self, address: str) -> list[Taken]:
        """What came for this address."""
        return [it for it in self.taken if address in it.recipients]

    def wait_for(self, address: str, count: int = 1, seconds: float = 20.0) -> Taken:
        """The newest message for this address, once there are so many."""
        end = time.monotonic() + seconds
        with self._changed:
            while len(self.to(address)) < count:
                if not self._changed.wait(max(0.0, end - time.monotonic())):
                    raise Failed(f"{len(self.to(address))} of {count} messages for {address} in {seconds} s")
        return self.to(address)[-1]
