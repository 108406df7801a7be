"""SE-09: nothing that comes from outside becomes markup or script on a page, wherever it is shown.

Sixty and more names that would be either are pushed by SCIM, given by the API and in forms, and sent along in addresses, by
an application, by an identity provider and by a browser that says what it is. Then a browser goes to where they are shown:
no dialog opens, no variable is set, nothing is reported to the policy of the page, no element, attribute or comment is
there that the product does not write, and each name is shown to the letter. That the watch would notice is shown first.
"""

from __future__ import annotations

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

import requests
from selenium.webdriver.common.by import By

from browser import SCREENS, chromium
from cases import Cases, check, equal
from doorward import Server
from hands import plain
from hostile import NAMES, PAYLOADS, TURNED, is_taken, noticed, packed, watch, written_carelessly
from pages import STARTS, Walk
from person import Person
from sample_app import page
from scim import Scim
from signin import FormBrowser
from signin import Person as Visitor
from stage import OPERATOR_TOKEN, Organisation, Stage, asked
from tokens import new_token

PRESET = "owner-admin-contributor-viewer"
VIEWS = NAMES[:50]  # a person keeps no more
SESSIONS = 20  # and is not signed in more often
LISTS = {
    "/console/users": NAMES,
    "/console/users?columns=title": NAMES,
    "/console/groups": NAMES,
    "/console/teams": NAMES,
    "/console/projects": NAMES,
    "/console/resources": NAMES,
    "/console/users/invitations": NAMES,
    "/console/users/service-accounts": NAMES,
    "/console/provisioning": NAMES,
    "/console/applications": NAMES,
}
PROVIDER = ("--issuer", "http://127.0.0.1:9", "--client-id", "doorward")
# A text in which such a mark stands, and which nothing keeps apart from the text around it.
LOOSE = """
const texts = document.createNodeIterator(document.body, NodeFilter.SHOW_TEXT), found = [];
for (let it; (it = texts.nextNode()); ) {
  const isApart = /\\u2068[^\\u2069]*\\u202e[^\\u2069]*\\u2069/.test(it.data) || it.parentElement.closest("bdi");
  if (it.data.includes("\\u202e") && !isApart) found.push(it.parentElement.outerHTML.slice(0, 200));
}
return found;
"""
# Presses what is answered with a question, unless it was, and waits for the dialog.
ASKED = """
const done = arguments[arguments.length - 1], open = () => document.querySelector("dialog[open] h1");
const look = () => (open() ? done(open().textContent) : setTimeout(look, 5));
if (!open()) document.querySelector("a[data-dialog][href*=deactivate]").click();
look();
"""
BROKEN = "a page broke its content security policy"


class Watched(Walk):
    """A walk on which every page is held against what may stand in it."""

    def __init__(self, person: Person) -> None:
        super().__init__(person, "")
        self.found: list[str] = []

    def visited(self, path: str) -> None:
        """See `Walk`."""
        self.found += [f"{path}: {it}" for it in noticed(self.person.driver)]


class Application:
    """The application to which sign-ins lead back; it keeps what it is told."""

    def __init__(self) -> None:
        told = self.told = list[dict[str, list[str]]]()

        class Handler(BaseHTTPRequestHandler):
            """Takes forms, and shows a page that says so."""

            def do_POST(self) -> None:
                """Keeps the form."""
                told.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                page(self, 200, "Taken", "")

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing; the test prints what matters."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.redirect_uri = f"http://127.0.0.1:{self._server.server_port}/back"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Closes the socket."""
        self._server.shutdown()
        self._server.server_close()


class Place:
    """An organisation in which everything has such a name."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.org: Organisation = stage.organisation(PRESET)
        self.of_org = f"?organisation={self.org.slug}"
        self.ada = self.org.user("owner", "Ada")
        self.people: list[str] = []
        self.links: list[str] = []
        made = self.org.cli("connection", "create", "--kind", "okta", "--name", packed(128)[0])
        self.scim = Scim(made["scim_base_url"], made["token"])

    def fill(self) -> None:
        """Gives every name to one thing of every kind."""
        self.stage.api("PATCH", f"/users/{self.ada.id}", {"display_name": packed(256)[1]})
        self.stage.api("PATCH", f"/organisation{self.of_org}", {"name": packed(128)[2]})
        role = {"label": packed(64)[4], "description": packed(256)[5], "allow": ["users:list"], "given_by": ["owner"]}
        self.stage.api("POST", f"/roles{self.of_org}", role | {"below": "contributor"})
        for at, name in enumerate(NAMES):
            self._push(at, name)
            self._make(at, name)
        invited = [{"address": f"i{at}@x.example", "display_name": name} for at, name in enumerate(NAMES)]
        for some in (invited[:40], invited[40:]):
            body = {"invitations": some, "role": "viewer", "send_mail": False}
            told = self.stage.api("POST", f"/invitations{self.of_org}", body)
            self.links += re.findall(rf"{self.stage.server.url}/invite/[^\"]+", json.dumps(told))

    def _push(self, at: int, name: str) -> None:
        """A person and a group, as an identity provider sends them."""
        address = f"u{at}@x.example"
        names = {"givenName": name, "familyName": name, "formatted": name}
        user = self.scim.create_user(address, externalId=name, displayName=name, name=names, title=name, nickName=name)
        self.scim.create_group(name, [user["id"]])
        self.people.append(user["id"])

    def _make(self, at: int, name: str) -> None:
        """What administrators give names to, and what applications do."""
        api, described = self.stage.api, {"name": name, "description": name}
        for kind in ("teams", "projects"):
            api("POST", f"/{kind}{self.of_org}", described)
        api("PUT", f"/resources/report/r{at}{self.of_org}", {"name": name})
        program = api("POST", f"/service-accounts{self.of_org}", described | {"role": "viewer"})
        if at < 3:
            token = {"name": name, "scopes": ["read"], "expires_in_days": 30}
            api("POST", f"/service-accounts/{program['id']}/tokens", token)
        api("POST", f"/clients{self.of_org}", {"name": name, "redirect_uris": ["https://wiki.example/back"]})
        provider = {"kind": "generic", "name": name, "issuer": "http://127.0.0.1:9", "client_id": name}
        api("POST", f"/connections{self.of_org}", provider)

    def keep_views(self, person: Person) -> None:
        """Saved views and a token, by the forms for them."""
        new_token(person, packed(100)[3])
        session = requests.Session()
        for cookie in person.driver.get_cookies():
            session.cookies.set(cookie["name"], cookie["value"], domain="localhost.local", path=cookie["path"])
        person.open("/console/users")
        csrf = person.driver.find_element(By.NAME, "csrf").get_attribute("value")
        for name in VIEWS:
            form = {"csrf": csrf, "name": name, "query": urlencode({"name": name})}
            answer = session.post(f"{person.url}/console/users/views", form, headers={"Origin": person.url}, timeout=10)
            check(answer.ok, f"the view {name!r} is not kept: {answer.status_code}")


def show_watch(cases: Cases, person: Person) -> None:
    """The watch sees each of them do what it can, on a page that lets it."""
    for payload in filter(is_taken, NAMES):
        with cases.case(f"a page that writes it carelessly is noticed: {payload}"):
            check(bool(written_carelessly(person.driver, payload)), "nothing was noticed")


def show_turned(cases: Cases, place: Place, person: Person) -> None:
    """Names that turn round what stands after them: taken from a provider and kept apart, and not taken from people."""
    for name in TURNED:
        place.scim.create_user("turned@x.example", displayName=name)
        place.scim.create_group(name, [])
        with cases.case("a name that turns round what stands after it is not taken from people"):
            url, head = f"{person.url}/api/v1/teams{place.of_org}", {"Authorization": f"Bearer {OPERATOR_TOKEN}"}
            answer = requests.post(url, json={"name": name}, headers=head, timeout=10)
            equal(answer.status_code, 400, "status of the team")
        for path in ("/console/users?name=tpircs", "/console/go?q=tpircs"):
            with cases.case(f"pushed by a provider, it turns nothing else round: {path}"):
                person.open(path)
                equal(person.driver.execute_script(LOOSE), [], "where it stands among other words")
                check(name in str(person.driver.execute_script("return document.body.textContent")), "it is not there")


def show_people(cases: Cases, place: Place, person: Person) -> None:
    """The page of each person, a question about them in the dialog of a script, in an organisation of the same name."""
    for name, user in zip(NAMES, place.people, strict=True):
        place.stage.api("PATCH", f"/organisation{place.of_org}", {"name": name})
        with cases.case(f"a person, a question about them, and their organisation: {name}"):
            person.open(f"/console/users/{user}")
            above = plain(person.driver.find_element(By.CLASS_NAME, "top-org").text)
            equal(above, plain(name), "name of the organisation")
            found = noticed(person.driver, name)
            equal(found + noticed(person.driver, question(person)), [], "what was noticed")
            check(plain(name) in plain(question(person)), f"the question is {question(person)!r}")


def question(person: Person) -> str:
    """What the dialog asks that a script opens about somebody."""
    return str(person.driver.execute_async_script(ASKED))


def show_searches(cases: Cases, person: Person) -> None:
    """What somebody looks for is said again, and found."""
    found = [(f"/console/go?q={quote(name)}", name) for name in NAMES]
    for path, name in found + [(f"/console/users?name={quote(name)}", name) for name in packed(200)]:
        with cases.case(f"looked for: {path[:60]}"):
            person.open(path)
            equal(noticed(person.driver, name), [], path)


def show_sign_in(cases: Cases, place: Place, application: Application) -> None:
    """What an application and a provider send along in addresses, before anybody is signed in."""
    person, clients = place.stage.fresh(), [client(place, application, name) for name in packed(128)]
    made = place.org.cli("connection", "create", "--kind", "generic", "--name", "Plain", *PROVIDER)
    with cases.case("every provider is offered by its name"):
        person.open(f"/sign-in?organisation={place.org.slug}")
        equal(noticed(person.driver, *NAMES), [], "the page to sign in")
    for at, name in enumerate(NAMES):
        wanted = clients[at % len(clients)]
        with cases.case(f"before signing in: {name}"):
            person.open(asked(wanted, {"state": name, "login_hint": name}))
            equal(noticed(person.driver, wanted["name"], name), [], "the page to sign in")
    for name in packed(256):
        with cases.case(f"given back to the application: {name[:40]} .."):
            person.open(asked(clients[0], {"state": name, "prompt": "none", "response_mode": "form_post"}))
            equal((person.driver.title, application.told[-1]["state"]), ("Taken", [name]), "what reaches the application")
        said = urlencode({"error": name, "error_description": name, "state": name, "iss": name})
        client_id = urlencode({"client_id": name, "redirect_uri": name})
        paths = (f"/sso/{made['id']}/callback?{said}", f"/oauth2/authorize?{client_id}", f"/oauth2/logout?{client_id}")
        for path in paths:
            with cases.case(f"what nobody asked for: {path[:60]} .."):
                person.open(path)
                equal(noticed(person.driver), [], path)


def seen_in(person: Person, path: str) -> tuple[list[str], str]:
    """What a list says, page after page, and what was noticed on the way."""
    found, texts = [], []
    person.open(path)
    while True:
        found += noticed(person.driver)
        texts.append(str(person.driver.execute_script("return document.body.textContent")))
        following = person.driver.find_elements(By.CSS_SELECTOR, "a[rel=next]")
        if not following:
            return found, "\n".join(texts)
        person.open(str(following[0].get_attribute("href")))


def client(place: Place, application: Application, name: str) -> dict[str, Any]:
    """An application of this name, for the people of every organisation."""
    named = ["--name", name, "--redirect-uri", application.redirect_uri]
    made: dict[str, Any] = place.stage.server.cli("client", "create", *named)
    return made | {"name": name}


def show_typed(cases: Cases, place: Place) -> None:
    """What somebody says that they are called, and is told that it does not go with the password."""
    person = place.stage.fresh()
    for name in packed(250)[:4]:
        place.stage.let_pass(minutes=2)
        with cases.case(f"typed as a user name: {name[:40]} .."):
            person.open("/sign-in")
            person.fill("User name", name)
            person.go("button", "Continue")
            equal(noticed(person.driver, name), [], "the page for the password")
            person.fill("Password", name)
            person.go("button", "Sign in")
            equal(noticed(person.driver, name), [], "the page that refuses it")


def show_invitations(cases: Cases, place: Place) -> None:
    """The page of an invitation, which knows the name of the organisation and of whoever is invited."""
    person = place.stage.fresh()
    equal(len(place.links), len(NAMES), "links of invitations")
    for name, link in list(zip(NAMES, place.links, strict=True))[::3]:
        with cases.case(f"invited: {name}"):
            person.open(link)
            equal(noticed(person.driver, name), [], link)


def show_consent(cases: Cases, place: Place, application: Application) -> None:
    """The question whether an application may know somebody, by a person and for an application of such names."""
    person = place.stage.as_(place.ada)
    for name in packed(128)[:5]:
        with cases.case(f"the question for consent: {name[:40]} .."):
            person.open(asked(client(place, application, name), {"state": name}))
            person.find("button", "Allow")
            equal(noticed(person.driver, name), [], "the question")


def show_sessions(cases: Cases, place: Place) -> None:
    """Browsers that say they are such a name."""
    url = place.stage.server.url
    for at in range(SESSIONS - 2):
        place.stage.let_pass(minutes=2)  # nobody signs in so often at a time
        browser = FormBrowser()
        browser.session.headers["User-Agent"] = " ".join(it for it in NAMES[at * 4 : at * 4 + 4] if it.isascii())
        browser.visit(f"{url}/sign-in", Visitor(place.ada.user_name, place.ada.password), [f"{url}/account"])
    person = place.stage.as_(place.ada)
    for path in ("/account/sessions", "/account/activity", f"/console/users/{place.ada.id}/security"):
        with cases.case(f"browsers that say they are such a name: {path}"):
            person.open(path)
            equal(noticed(person.driver), [], path)


def show_lists(cases: Cases, person: Person) -> None:
    """Every list shows every name."""
    for path, names in LISTS.items():
        with cases.case(f"every name is shown to the letter: {path}"):
            found, text = seen_in(person, path)
            equal(found + [it for it in names if it not in text], [], "what was noticed, and what is not shown")


def show_walk(cases: Cases, person: Person) -> None:
    """Wherever a link of console and account leads."""
    walk = Watched(person)
    with cases.case("nothing is noticed wherever a link leads"):
        walk.all()
        equal(walk.found, [], "what was noticed")
    print(f"  {len(walk.seen)} pages of {' and '.join(STARTS)}")


def show_all(cases: Cases, place: Place, application: Application) -> None:
    """Everything that is shown, to the owner and to somebody who is not signed in."""
    show_sign_in(cases, place, application)
    show_invitations(cases, place)
    show_typed(cases, place)
    show_sessions(cases, place)
    person = place.stage.as_(place.ada)
    place.keep_views(person)
    show_lists(cases, person)
    show_walk(cases, person)
    show_people(cases, place, person)
    show_searches(cases, person)
    show_consent(cases, place, application)
    show_turned(cases, place, person)
    with cases.case("no browser has reported a page"):
        log = place.stage.server.log.read_text().splitlines()
        equal([it for it in log if BROKEN in it], [], "reports")


def main() -> None:
    """The watch is tried, everything is filled, and then looked at."""
    cases = Cases("payloads")
    SCREENS.mkdir(parents=True, exist_ok=True)
    server = Server("payloads", environment={"DOORWARD_OPERATOR_TOKEN_FILE": "operator.token"}, host="localhost")
    (server.directory / "operator.token").write_text(OPERATOR_TOKEN)
    clock, application = server.by_clock(), Application()
    started = time.monotonic()
    try:
        with server, chromium(True) as driver:
            watch(driver)
            stage = Stage(server, Person(driver, server.url, clock.now), clock)
            show_watch(cases, stage.person)
            place = Place(stage)
            place.fill()
            show_all(cases, place, application)
    finally:
        application.stop()
    print(f"  {len(PAYLOADS)} payloads in {time.monotonic() - started:.0f} s")
    cases.finish()


if __name__ == "__main__":
    main()
