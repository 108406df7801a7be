"""Letters as a real SMTP server gets them and an independent parser reads them: with TLS and login, and when it fails."""

from __future__ import annotations

import datetime
import email
import email.policy
import re
import time
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from cases import Cases, check, equal
from doorward import WORK, CommandFailed, Server, free_port
from mail_server import PASSWORD, USER, Authority, MailServer, Taken
from signin import FormBrowser, Person, SignInFailed

# what a name must survive on its way into a header
NAME = "Käserei „Zum Löwen“, Zürich"
LOGIN = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
HEADERS = {"from", "to", "subject", "message-id", "date", "auto-submitted", "mime-version", "content-type"}
HOSTILE = ["x\r\nBcc: eve@evil.example", "x%0d%0aBcc: eve@evil.example", "x\nBcc: eve", "x\r\n.\r\nQUIT", "a\u2028b"]


class Links(HTMLParser):
    """The links of a page, and everything in it that would fetch something."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetches: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag in ("img", "script", "link", "iframe", "style", "object") or {"src", "background", "style"} & set(given):
            self.fetches.append(tag)


class Letter:
    """A message that is as every letter must be."""

    def __init__(self, taken: Taken, server: Server) -> None:
        parsed = email.message_from_bytes(taken.content, policy=email.policy.default)
        check(isinstance(parsed, EmailMessage), "no message")
        self.message: EmailMessage = parsed  # type: ignore[assignment]
        self.subject = str(self.message["subject"])
        self._check_bytes(taken.content)
        self._check_headers(taken)
        equal(self.message.get_content_type(), "multipart/alternative", "content type")
        parts = list(self.message.iter_parts())
        equal([part.get_content_type() for part in parts], ["text/plain", "text/html"], "parts")
        defects = [defect for part in [self.message, *parts] for defect in part.defects]
        equal(defects, [], "what the parser complains about")
        self.plain, self.html = (str(part.get_content()) for part in parts)
        self.link = self._the_link(server)

    def _check_bytes(self, content: bytes) -> None:
        lines = content.split(b"\r\n")
        check(not any(b"\r" in line or b"\n" in line for line in lines), "a line ends in something else than CRLF")
        check(max(len(line) for line in lines) <= 998, "a line is too long (RFC 5322 2.1.1)")
        head = content.split(b"\r\n\r\n", 1)[0]
        check(head.isascii(), "a header is not encoded (RFC 2047)")

    def _check_headers(self, taken: Taken) -> None:
        names = [name.lower() for name in self.message.keys()]
        equal((set(names), len(names)), (HEADERS, len(HEADERS)), "headers")
        equal(len(taken.recipients), 1, "recipients of the envelope")
        addresses = [it.addr_spec for it in self.message["to"].addresses]
        equal(addresses, taken.recipients, "recipients in the header")
        equal([it.addr_spec for it in self.message["from"].addresses], [taken.sender], "sender")
        equal(self.message["auto-submitted"], "auto-generated", "Auto-Submitted (RFC 3834)")
        check(re.fullmatch(r"<[^@\s<>]+@localhost>", str(self.message["message-id"])) is not None, "Message-ID")
        age = datetime.datetime.now(datetime.UTC) - self.message["date"].datetime
        check(abs(age.total_seconds()) < 60, f"the Date is {age} old")

    def _the_link(self, server: Server) -> str:
        reader = Links()
        reader.feed(self.html)
        plain = re.findall(r"https?://\S+", self.plain)
        equal(reader.links, plain, "links of both parts")
        check(len(plain) <= 1, f"more than one link: {plain}")
        equal(reader.fetches, [], "what the HTML part fetches")
        link = plain[0] if plain else ""
        # The one thing that a link says besides its path is in which organisation to sign in.
        query, at = urlsplit(link).query, f"{server.url}/sign-in?organisation="
        is_ours = link.startswith(server.url) and (not query or re.fullmatch(re.escape(at) + r"[a-z0-9-]+", link))
        check(not link or bool(is_ours), f"the link leads to {link}")
        return link


class Acme:
    """An organisation with an awkward name, and the mail server of its instance."""

    def __init__(self, server: Server, mail: MailServer) -> None:
        self.server, self.mail = server, mail
        server.cli("org", "create", "--slug", "acme", "--name", NAME)

    def user(self, name: str, *arguments: str, stdin: str | None = None) -> str:
        """Makes somebody with an address and returns it."""
        address = f"{name}@people.example"
        named = ["--org", "acme", "--user-name", name, "--display-name", f"{name.capitalize()} Müller"]
        self.server.cli("user", "create", *named, "--email", address, "--sso", "off", *arguments, stdin=stdin)
        return address

    def member(self, name: str, role: str = "viewer") -> str:
        """Makes somebody who can sign in."""
        return self.user(name, "--role", role, "--password-stdin", stdin="nine purple lanterns over 47 quiet harbours")

    def letter(self, address: str, count: int = 1) -> Letter:
        """The newest letter to somebody, once there are so many."""
        return Letter(self.mail.wait_for(address, count), self.server)


def leads_to_a_form(letter: Letter) -> None:
    """The link of a letter opens a page."""
    answer = requests.get(letter.link, timeout=10)
    check(answer.status_code == 200 and "<form" in answer.text, f"{letter.link}: {answer.status_code}")


def show_letters(cases: Cases, acme: Acme) -> None:
    """Every letter that the command line and a person without a session can cause."""
    acme.member("olga", "owner")
    with cases.case("invitation"):
        acme.server.cli("invite", "send", "--org", "acme", "--role", "viewer", "Ida Şahin <ida@people.example>")
        letter = acme.letter("ida@people.example")
        check(NAME in letter.subject, f"the subject is {letter.subject}")
        leads_to_a_form(letter)
    with cases.case("activation"):
        leads_to_a_form(acme.letter(acme.user("ada", "--role", "viewer", "--activation", "link")))
    with cases.case("temporary password"):
        acme.server.cli("org", "policy", "--org", "acme", "--activation", "temp-password-mail")
        letter = acme.letter(acme.user("tom", "--role", "viewer", "--activation", "temp-password-mail"))
        code = re.search(r"^    (\S+)\s*$", letter.plain, re.MULTILINE)
        check(code is not None and f"<code>{code.group(1)}</code>" in letter.html, letter.plain)
    address = acme.member("rita")
    with cases.case("password reset, as the person asks for it"):
        forgets(acme, "rita")
        leads_to_a_form(acme.letter(address))
    with cases.case("password changed"):
        named = ["--org", "acme", "--user-name", "rita", "--password-stdin"]
        acme.server.cli("user", "set-password", *named, stdin="eleven green kettles under 5 loud bridges")
        acme.letter(address, 2)
    with cases.case("second factor reset, role changed, deactivated and open again"):
        who = ["--org", "acme", "--user-name", "rita"]
        person = Person("rita", "eleven green kettles under 5 loud bridges")
        enrolled = [f"{acme.server.url}/account/security"]
        FormBrowser().visit(f"{acme.server.url}/account/security/authenticator", person, enrolled)
        acme.letter(address, 3)
        before = len(acme.mail.to(address))
        acme.server.cli("user", "reset-mfa", *who)
        acme.server.cli("user", "set-role", *who, "--role", "contributor")
        acme.server.cli("user", "deactivate", *who)
        acme.server.cli("user", "activate", *who)
        acme.letter(address, before + 4)
        subjects = {Letter(it, acme.server).subject for it in acme.mail.to(address)[before:]}
        equal(len(subjects), 4, "letters of their own subject")
    with cases.case("every letter came over TLS, after a login, with an id of its own"):
        check(all(it.is_protected and it.login for it in acme.mail.taken), "a letter came without")
        ids = [Letter(it, acme.server).message["message-id"] for it in acme.mail.taken]
        equal(len(set(ids)), len(ids), "ids")


def forgets(acme: Acme, user_name: str) -> None:
    """Somebody asks for a new password."""
    try:
        FormBrowser().visit(f"{acme.server.url}/forgot", Person(user_name, ""), [])
    except SignInFailed as end:
        check("mail" in str(end).lower(), str(end))


def show_hostile_names(cases: Cases, acme: Acme) -> None:
    """RE-17: a line break in a name is refused, or it becomes no header, no recipient and no second message."""
    for number, name in enumerate(HOSTILE):
        with cases.case(f"RE-17: {name!r} as a name"):
            address = f"victim{number}@people.example"
            named = ["--user-name", f"victim{number}", "--display-name", name, "--email", address, "--sso", "off"]
            before = len(acme.mail.taken)
            try:
                acme.server.cli("user", "create", "--org", "acme", *named, "--role", "viewer", "--activation", "link")
            except CommandFailed as refused:
                check(refused.code == 1 and ("\r" in name or "\n" in name or "\u2028" in name), str(refused))
                continue
            acme.letter(address)
            equal(len(acme.mail.taken), before + 1, "messages")


def show_failures(cases: Cases, server: Server, mail: MailServer) -> None:
    """What happens to letters when the mail server is away, busy, or does not want them."""
    acme = Acme(server, mail)
    acme.member("olga", "owner")
    mail.refusals["busy@people.example"] = ["451 4.3.0 come back later"]
    mail.refusals["gone@people.example"] = ["550 5.1.1 no such user"] * 9
    waiting = acme.user("waiting", "--role", "viewer", "--activation", "link")
    time.sleep(1.5)
    server.stop()
    server.start()
    mail.start()
    busy, gone = (acme.user(name, "--role", "viewer", "--activation", "link") for name in ("busy", "gone"))
    with cases.case("a letter that could not leave outlives the mail server and a restart, and arrives once"):
        leads_to_a_form(acme.letter(waiting))
        equal(len(mail.to(waiting)), 1, "letters")
    with cases.case("a letter that was refused for now is sent again"):
        leads_to_a_form(acme.letter(busy))
        equal(mail.refused.count(busy), 1, "refusals")
    with cases.case("a letter that was refused for good is given up, and the log says why"):
        time.sleep(1.0)
        equal((mail.refused.count(gone), len(mail.to(gone))), (1, 0), "refusals and letters")
        lines = [line for line in server.log.read_text().splitlines() if "refused for good" in line]
        check(len(lines) == 1 and "no such user" in lines[0], f"{lines}")
    with cases.case("the login is by AUTH LOGIN where the mail server has nothing else"):
        equal(set(mail.mechanisms), {"LOGIN"}, "mechanisms")


def show_unknown_authority(cases: Cases, port: int) -> None:
    """A certificate that nobody vouches for gets no letter."""
    with Server("mails-untrusting", environment={"DOORWARD_MAIL_URL": url(port, "?tls=required")}) as server:
        with cases.case("a mail server whose certificate nobody vouches for gets nothing, not even in the clear"):
            server.cli("org", "create", "--slug", "acme", "--name", "Acme")
            named = ["--org", "acme", "--user-name", "una", "--display-name", "Una", "--email", "una@people.example"]
            server.cli("user", "create", *named, "--sso", "off", "--activation", "link")
            end = time.monotonic() + 10
            while "could not be sent" not in server.log.read_text():
                check(time.monotonic() < end, "the log says nothing")
                time.sleep(0.1)


def url(port: int, query: str = "") -> str:
    """Where mail goes."""
    return f"smtp://{LOGIN}@localhost:{port}{query}"


def main() -> None:
    """One instance with a good mail server, one with a bad one, and one that trusts nobody."""
    cases = Cases("mail")
    directory = WORK / "data"
    directory.mkdir(parents=True, exist_ok=True)
    authority, port = Authority(Path(directory)), free_port()
    protected: dict[str, Any] = {"tls_context": authority.context(), "require_starttls": True, "login": True}
    mail = MailServer(port, **protected).start()
    try:
        trusting = {"DOORWARD_MAIL_URL": url(port, "?tls=required"), "DOORWARD_EXTRA_CA_FILE": str(authority.file)}
        with Server("mails", environment=trusting) as server:
            acme = Acme(server, mail)
            show_letters(cases, acme)
            show_hostile_names(cases, acme)
        show_unknown_authority(cases, port)
        equal(mail.to("una@people.example"), [], "letters to somebody whom nobody may write to")
    finally:
        mail.stop()
    plain = {"login": True, "auth_require_tls": False, "auth_exclude_mechanism": ["PLAIN"]}
    failing = MailServer(free_port(), **plain)
    try:
        with Server("mails-failing", environment={"DOORWARD_MAIL_URL": url(failing.port)}) as server:
            show_failures(cases, server, failing)
    finally:
        failing.stop()
    cases.finish()


if __name__ == "__main__":
    main()
