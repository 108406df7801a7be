"""What the browser tests of the requirement rows need around them: organisations, people, mail, and one browser.

A module of such tests is a list of functions. The name of each begins with the row that it shows (`s1_19_..`), and each
brings its own people, so that any of them may run alone: `rows_people.py s1_19`. Organisations and users are made by
command line and API; only what the row speaks of is done in the browser.
"""

from __future__ import annotations

import email
import email.policy
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlencode

import requests

from browser import SCREENS, chromium
from cases import Cases, check
from clock import Clock
from doorward import WORK, Server
from person import Person

PASSWORD = "Nine purple lanterns over 47 quiet harbours!"  # good enough for every rule of a role model
OPERATOR_TOKEN = "dwop_of-the-outside-check"
MAIL_SECONDS = 8.0
CASE = re.compile(r"s\d_\d+_\w+")
ROW = re.compile(r"s(\d)_(\d+)(?=_)")
LINK = re.compile(r"https?://\S+")


@dataclass
class Letter:
    """A mail as it would arrive."""

    subject: str
    text: str

    def link(self) -> str:
        """The one address to follow."""
        found = LINK.findall(self.text)
        check(len(found) == 1, f"expected one link in the letter {self.subject!r}, got {found}")
        return found[0]


@dataclass
class Someone:
    """A user of an organisation, with what they know."""

    user_name: str
    name: str
    id: str
    password: str = PASSWORD


@dataclass
class Organisation:
    """An organisation of the server, made for a case or shared by several."""

    stage: Stage
    slug: str
    made: int = field(default=0)

    def user(self, role: str, name: str, *arguments: str, stdin: str | None = PASSWORD) -> Someone:
        """Makes somebody with an address; by default active and with a password."""
        self.made += 1
        address = f"{name.lower()}{self.made}@{self.slug}.example"
        named = ["--org", self.slug, "--user-name", address, "--display-name", name, "--email", address, "--role", role]
        ways = arguments or ("--sso", "off", "--password-stdin")
        made = self.stage.server.cli("user", "create", *named, *ways, stdin=stdin)
        return Someone(address, name, made.get("id") or made["user"]["id"])

    def pending(self, role: str, name: str) -> Someone:
        """Makes somebody who has to choose the first password by a link."""
        return self.user(role, name, "--sso", "off", "--activation", "link", stdin=None)

    def sso(self, role: str, name: str) -> Someone:
        """Makes somebody who signs in at an identity provider."""
        return self.user(role, name, "--sso", "on", "--activation", "none", stdin=None)

    def cli(self, *arguments: str) -> Any:
        """Gives a command about this organisation."""
        return self.stage.server.cli(*arguments, "--org", self.slug)

    def policy(self, *arguments: str) -> None:
        """Says what the organisation demands of its people."""
        self.cli("org", "policy", *arguments)

    def connection(self, name: str, kind: str = "generic", *arguments: str) -> str:
        """Makes a connection to an identity provider and returns its id."""
        return str(self.cli("connection", "create", "--kind", kind, "--name", name, *arguments)["id"])

    def team(self, name: str, *members: Someone) -> str:
        """Makes a team."""
        made = self.stage.api("POST", f"/teams?organisation={self.slug}", {"name": name})
        if members:
            self.stage.api("POST", f"/teams/{made['id']}/members", {"add": [it.id for it in members]})
        return str(made["id"])

    def state_of(self, someone: Someone) -> Any:
        """What the API says of a user, for the end of a case."""
        return self.stage.api("GET", f"/users/{someone.id}")


class Stage:
    """One server, one browser, and the mail that was sent."""

    def __init__(self, server: Server, person: Person, clock: Clock) -> None:
        self.server = server
        self.person = person
        self._clock = clock
        self._cookies: dict[str, list[dict[str, Any]]] = {}
        self._made = 0

    def organisation(self, preset: str = "owner-admin-contributor-viewer") -> Organisation:
        """A fresh organisation with this role model."""
        self._made += 1
        slug = f"org{self._made}"
        self.server.cli("org", "create", "--slug", slug, "--name", f"Org {self._made}", "--role-model", preset)
        return Organisation(self, slug)

    def api(self, method: str, path: str, body: object = None) -> Any:
        """Asks the API as the operator."""
        url, head = f"{self.server.url}/api/v1{path}", {"Authorization": f"Bearer {OPERATOR_TOKEN}"}
        answer = requests.request(method, url, json=body, headers=head, timeout=10)
        check(answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else None

    def as_(self, someone: Someone) -> Person:
        """The browser, in which this person is signed in and nobody else; signed in once, and remembered."""
        known = self._cookies.get(someone.user_name)
        if known is None:
            self.fresh()
            sign_in(self.person, someone)
            self._cookies[someone.user_name] = self.keep()
        else:
            self.back_to(known)
        return self.person

    def keep(self) -> list[dict[str, Any]]:
        """The cookies of the browser, to come back to."""
        cookies: list[dict[str, Any]] = self.person.driver.execute_cdp_cmd("Storage.getCookies", {})["cookies"]
        return cookies

    def back_to(self, cookies: list[dict[str, Any]]) -> Person:
        """The browser as it was when these cookies were kept."""
        self.fresh().driver.execute_cdp_cmd("Storage.setCookies", {"cookies": cookies})
        return self.person

    def fresh(self) -> Person:
        """The browser of somebody who was never here."""
        self.person.driver.execute_cdp_cmd("Storage.clearCookies", {})
        return self.person

    @contextmanager
    def beside(self, someone: Someone, *, javascript: bool = True) -> Iterator[Person]:
        """A second browser, in which somebody is signed in at the same time."""
        with chromium(javascript) as driver:
            person = Person(driver, self.server.url, self._clock.now)
            sign_in(person, someone)
            yield person

    def let_pass(self, *, days: float = 0, minutes: float = 0) -> None:
        """Lets time pass for the server; whoever was signed in signs in anew when they are back."""
        self._clock.move(timedelta(days=days, minutes=minutes))
        self._cookies.clear()

    def letters(self, someone: Someone | str, count: int = 1) -> list[Letter]:
        """The mail to somebody, oldest first, once there are so many."""
        address = someone if isinstance(someone, str) else someone.user_name
        deadline = time.monotonic() + MAIL_SECONDS
        while len(found := self.mail(address)) < count:
            check(time.monotonic() < deadline, f"expected {count} letters to {address}, got {[it.subject for it in found]}")
            time.sleep(0.05)
        return found

    def mail(self, address: str) -> list[Letter]:
        """The mail that has left for an address by now, oldest first."""
        files = sorted(self.server.directory.glob("mail/*.eml"), key=lambda it: it.stat().st_mtime_ns)
        return [letter for file in files if (letter := read(file, address))]


def read(file: Path, address: str) -> Letter | None:
    """A letter, if it is for this address."""
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    if body is None or address not in str(message["to"]):
        return None
    return Letter(str(message["subject"]), body.get_content())


def sign_in(person: Person, someone: Someone) -> None:
    """User name and password at the pages; the page that follows depends on the person."""
    person.open("/sign-in")
    person.fill("User name", someone.user_name)
    person.go("button", "Continue")
    person.fill("Password", someone.password)
    person.go("button", "Sign in")


def asked(client: dict[str, Any], wished: dict[str, str]) -> str:
    """Where an application sends somebody who is to sign in."""
    query = {"client_id": client["client_id"], "redirect_uri": client["redirect_uris"][0], "response_type": "code"}
    query |= {"scope": "openid", "nonce": "n", "code_challenge": "E" * 43, "code_challenge_method": "S256"}
    return f"/oauth2/authorize?{urlencode(query | wished)}"


def rows_in(name: str) -> str:
    """The rows that a case names: `s1_19_..` is S1-19."""
    return ", ".join(f"S{series}-{number}" for series, number in ROW.findall(name))


def run(suite: str, module: dict[str, Any], named: re.Pattern[str] = CASE) -> NoReturn:
    """Runs the cases of a module, which are named so, in one browser; those whose name holds an argument of the command where there is one."""
    cases = Cases(suite)
    wanted = sys.argv[1:]
    found = {name: it for name, it in module.items() if named.fullmatch(name) and callable(it)}
    SCREENS.mkdir(parents=True, exist_ok=True)
    (WORK / "data").mkdir(parents=True, exist_ok=True)
    server = Server(suite, environment={"DOORWARD_OPERATOR_TOKEN_FILE": "operator.token"})
    (server.directory / "operator.token").write_text(OPERATOR_TOKEN)
    clock = server.by_clock()
    with server, chromium(True) as driver:
        stage = Stage(server, Person(driver, server.url, clock.now), clock)
        for name, case in found.items():
            if not wanted or any(it in name for it in wanted):
                play(cases, stage, name, case)
    cases.finish()


def play(cases: Cases, stage: Stage, name: str, case: Callable[[Stage], None]) -> None:
    """Runs one case; a failure says what the page showed and keeps a picture of it."""
    stage.person.driver.get("about:blank")
    started = time.monotonic()
    try:
        case(stage)
    except Exception as error:  # every kind of failure of a case is a failed case
        picture = SCREENS / f"{name}.png"
        stage.person.driver.save_screenshot(str(picture))
        said = f"{rows_in(name)}: {type(error).__name__}: {error}; the page was {stage.person.shown()}; picture: {picture}"
        cases.record(name, False, said)
    else:
        cases.record(name, True, f"{time.monotonic() - started:.1f} s")
