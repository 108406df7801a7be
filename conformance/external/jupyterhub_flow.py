"""JupyterHub behind Doorward: a real browser, one person, and what changes at the identity provider while they work there.

JupyterHub takes no back-channel logout. It asks Doorward again about whoever comes when what it knows is older than
`auth_refresh_age`, and so learns of groups and of the end of all access.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from browser import SCREENS, chromium
from cases import Cases, Failed, check, equal, milliseconds_until
from doorward import Postgres, Server
from hands import wait_until_left
from hub import REFRESH_SECONDS, Hub
from organisation import Organisation
from scim import Scim, deactivation
from signin import Person

ANALYSTS, ADMINISTRATORS = "Analysts", "Hub administrators"
NOT_FOR_THEM = "this application is not for this person"
PAGES_MAX = 8
WAIT_SECONDS = 10.0
TOLD_SECONDS = REFRESH_SECONDS + 4.0
# the page of tokens takes no press of its button before its script listens
IS_LISTENING = """
    const form = document.getElementById("request-token-form");
    return require.defined("jquery") && Boolean(require("jquery")._data(form, "events"));
"""


class Visitor:
    """The person at a browser."""

    def __init__(self, driver: webdriver.Chrome, server: Server, person: Person, name: str) -> None:
        self.driver = driver
        self.server = server
        self.person = person
        self.name = name
        self._screens = 0

    def open(self, url: str) -> list[str]:
        """Opens a page and answers what Doorward asks until it asks nothing more; tells what was asked for."""
        asked: list[str] = []
        self.driver.get(url)
        for _ in range(PAGES_MAX):
            if not self.is_at_doorward():
                return asked
            html = self.driver.find_element(By.TAG_NAME, "html")
            asked += self._fill()
            if not self._press("#allow, #confirm, #submit"):
                return asked
            wait_until_left(html, lambda: f"at {self.driver.current_url}: {self.text()[:300]}")
        raise Failed(f"still at {self.driver.current_url}: {self.text()[:300]}")

    def is_at_doorward(self) -> bool:
        """Whether the page is one of Doorward."""
        return self.driver.current_url.startswith(self.server.url)

    def is_at_the_door(self) -> bool:
        """Whether Doorward asks who this is."""
        return self.is_at_doorward() and urlsplit(self.driver.current_url).path.startswith("/sign-in")

    def _fill(self) -> list[str]:
        answers = {"username": self.person.user_name, "password": self.person.password}
        filled = []
        for identifier, answer in answers.items():
            for field in self.driver.find_elements(By.ID, identifier):
                if field.is_displayed():
                    field.clear()
                    field.send_keys(answer)
                    filled.append(identifier)
        return filled

    def _press(self, selector: str) -> bool:
        buttons = self.driver.find_elements(By.CSS_SELECTOR, selector)
        for button in buttons[:1]:
            button.click()
        return bool(buttons)

    def sees(self, selector: str) -> str:
        """Waits for what the page says in this place."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            try:
                for found in self.driver.find_elements(By.CSS_SELECTOR, selector):
                    if found.is_displayed() and found.text:
                        return found.text
            except StaleElementReferenceException:  # one page has just given way to the next
                pass
            time.sleep(0.05)
        raise Failed(f"no {selector} at {self.driver.current_url}: {self.text()[:300]}")

    def new_token(self, hub: Hub) -> str:
        """A token of JupyterHub, made on its own page."""
        self.driver.get(f"{hub.url}/hub/token")
        WebDriverWait(self.driver, WAIT_SECONDS).until(lambda driver: driver.execute_script(IS_LISTENING))
        self.driver.find_element(By.CSS_SELECTOR, "#request-token-form button[type=submit]").click()
        return self.sees("#token-result")

    def text(self) -> str:
        """What the page says."""
        return self.driver.find_element(By.TAG_NAME, "body").text

    def shoot(self, what: str) -> None:
        """Keeps a picture of the page."""
        self._screens += 1
        self.driver.save_screenshot(str(SCREENS / f"jupyterhub-{self.name}-{self._screens:02}-{what}.png"))


class Story:
    """What happens to one person."""

    def __init__(self, cases: Cases, visitor: Visitor, hub: Hub, scim: Scim) -> None:
        self.cases = cases
        self.visitor = visitor
        self.hub = hub
        self.scim = scim
        self.token = ""

    def told(self, what: str, is_so: Callable[[], bool], since: float) -> None:
        """Waits until JupyterHub knows, and says how long it took."""
        took = milliseconds_until(is_so, since, TOLD_SECONDS)
        print(f"  {self.visitor.name}: {what} after {took:.0f} ms")

    def known(self) -> dict[str, Any]:
        """What JupyterHub says of the person to a program that has their token."""
        answer = self.hub.api(self.token)
        return answer.json() if answer.ok else {}

    def signing_in(self) -> None:
        """Once, with a password; what the person starts greets them."""
        name, visitor, person = self.visitor.name, self.visitor, self.visitor.person
        with self.cases.case(f"{name}: a person pushed by SCIM signs in to JupyterHub"):
            equal(visitor.open(self.hub.home), ["username", "password"], "asked for")
            check(person.user_name in visitor.text(), f"{visitor.driver.current_url}: {visitor.text()[:300]}")
            visitor.shoot("home")
        with self.cases.case(f"{name}: they start a server, which JupyterHub lets them into"):
            visitor.open(self.hub.spawn)
            equal(visitor.sees("#who"), person.user_name, "who is greeted")
            visitor.shoot("started")
        with self.cases.case(f"{name}: JupyterHub knows their groups, and they are nobody special"):
            self.token = visitor.new_token(self.hub)
            equal(self.known().get("groups"), [ANALYSTS], "groups")
            equal(self.known().get("admin"), False, "admin")
            visitor.open(self.hub.admin)
            check("403" in visitor.text(), f"{visitor.driver.current_url}: {visitor.text()[:300]}")

    def becoming_administrator(self, administrators: str) -> None:
        """A group that comes and goes at the identity provider is a right that comes and goes at JupyterHub."""
        name, visitor = self.visitor.name, self.visitor
        with self.cases.case(f"{name}: a group pushed by SCIM makes them an administrator of JupyterHub"):
            began = time.monotonic()
            self.scim.patch(f"Groups/{administrators}", joining(visitor.person.id))
            self.told("the group made an administrator", lambda: self.known().get("admin") is True, began)
            equal(sorted(self.known()["groups"]), [ANALYSTS, ADMINISTRATORS], "groups")
            visitor.open(self.hub.admin)
            visitor.sees("[data-testid=user-row-name]")
            visitor.shoot("administrator")
        with self.cases.case(f"{name}: and without the group they are none"):
            began = time.monotonic()
            self.scim.patch(f"Groups/{administrators}", leaving(visitor.person.id))
            self.told("the group was gone", lambda: self.known().get("admin") is False, began)
            visitor.open(self.hub.admin)
            check("403" in visitor.text(), f"{visitor.driver.current_url}: {visitor.text()[:300]}")

    def growing_old(self, later: Callable[[], None]) -> None:
        """The access token ends, and JupyterHub has a refresh token."""
        with self.cases.case(f"{self.visitor.name}: JupyterHub renews what has ended, and nothing is asked for"):
            began = time.monotonic()
            later()
            self.told("the access token was renewed", lambda: bool(self.known()) and self.hub.has_renewed(), began)
            equal(self.visitor.open(self.hub.home), [], "asked for")
            equal(self.known().get("groups"), [ANALYSTS], "groups")


    def signing_out(self) -> None:
        """JupyterHub hands the person on to Doorward, which asks whether they meant it."""
        name, visitor = self.visitor.name, self.visitor
        with self.cases.case(f"{name}: logging out at JupyterHub leads on to signing out here"):
            visitor.open(self.hub.logout)
            check("You are signed out" in visitor.text(), f"{visitor.driver.current_url}: {visitor.text()[:300]}")
            equal(visitor.open(self.hub.home), ["username", "password"], "asked for")

    def leaving_the_group(self, analysts: str, client: str) -> None:
        """JupyterHub asks for its allowed groups at a sign-in only; Doorward asks each time."""
        name, visitor, server = self.visitor.name, self.visitor, self.visitor.server
        with self.cases.case(f"{name}: a group that is gone at SCIM is gone at JupyterHub"):
            began = time.monotonic()
            self.scim.patch(f"Groups/{analysts}", leaving(visitor.person.id))
            self.told("the group was gone", lambda: self.known().get("groups") == [], began)
            visitor.open(self.hub.home)
            still = "still lets them in" if visitor.person.user_name in visitor.text() else "lets them in no more"
            print(f"  {name}: without its allowed group, JupyterHub {still}")
        with self.cases.case(f"{name}: where the application is for that group only, access ends"):
            began = time.monotonic()
            server.cli("client", "set", "--id", client, "--only-group", analysts)
            self.told("a token of JupyterHub was refused", self.is_refused, began)
            self.is_out(lambda: NOT_FOR_THEM in visitor.text())
            visitor.shoot("without-the-group")
        with self.cases.case(f"{name}: back in the group they are in again, and are asked for nothing"):
            self.scim.patch(f"Groups/{analysts}", joining(visitor.person.id))
            equal(visitor.open(self.hub.home), [], "asked for")
            check(visitor.person.user_name in visitor.text(), f"{visitor.driver.current_url}: {visitor.text()[:300]}")
            equal(self.known().get("groups"), [ANALYSTS], "groups")

    def is_refused(self) -> bool:
        """Whether JupyterHub refuses the token that it gave itself."""
        return self.hub.api(self.token).status_code in (401, 403)

    def is_out(self, is_refused: Callable[[], bool]) -> None:
        """Neither JupyterHub nor what was started there lets the person in."""
        for page in (self.hub.home, self.hub.spawn, self.hub.started(self.visitor.person.user_name)):
            deadline = time.monotonic() + TOLD_SECONDS
            self.visitor.driver.get(page)
            while not is_refused():
                where = f"{page} leads to {self.visitor.driver.current_url}: {self.visitor.text()[:300]}"
                check(time.monotonic() < deadline, where)
                self.visitor.driver.get(page)

    def being_deactivated(self) -> None:
        """The identity provider takes the person away."""
        name, visitor = self.visitor.name, self.visitor
        with self.cases.case(f"{name}: SCIM active:false ends the access to JupyterHub and to what was started there"):
            visitor.open(self.hub.started(visitor.person.user_name))
            equal(visitor.sees("#who"), visitor.person.user_name, "who is greeted")
            began = time.monotonic()
            self.scim.patch(f"Users/{visitor.person.id}", deactivation())
            self.told("a token of JupyterHub was refused", self.is_refused, began)
            self.is_out(visitor.is_at_the_door)
            visitor.shoot("gone")
            print(f"  {name}: what they have started goes on without them: {self.hub.servers()} process")

    def being_activated(self) -> None:
        """The identity provider brings the person back."""
        name, visitor = self.visitor.name, self.visitor
        with self.cases.case(f"{name}: activated again, they sign in to what they had started"):
            self.scim.patch(f"Users/{visitor.person.id}", {"op": "replace", "value": {"active": True}})
            asked = visitor.open(self.hub.started(visitor.person.user_name))
            equal(asked, ["username", "password"], "asked for")
            equal(visitor.sees("#who"), visitor.person.user_name, "who is greeted")

    def being_nobody(self, person: Person) -> None:
        """Somebody else of the organisation, who is in no group."""
        visitor = self.visitor
        with self.cases.case(f"{visitor.name}: whoever is not in the group does not come to JupyterHub"):
            visitor.open(self.hub.logout)
            visitor.person = person
            visitor.open(self.hub.home)
            check(NOT_FOR_THEM in visitor.text(), f"{visitor.driver.current_url}: {visitor.text()[:300]}")
            visitor.shoot("nobody")


def joining(person: str) -> dict[str, Any]:
    """A PATCH of a group with one more member."""
    return {"op": "add", "path": "members", "value": [{"value": person}]}


def leaving(person: str) -> dict[str, Any]:
    """A PATCH of a group without this member."""
    return {"op": "remove", "path": f'members[value eq "{person}"]'}


def show(cases: Cases, name: str, server: Server) -> None:
    """The story on one database."""
    clock = server.by_clock()
    hub = Hub(ANALYSTS, ADMINISTRATORS)
    with server:
        organisation = Organisation(server, "acme")
        scim = organisation.connection("okta")
        person = organisation.pushed_person(scim, "grace.hopper@acme.example")
        analysts = scim.create_group(ANALYSTS, [person.id])["id"]
        administrators = scim.create_group(ADMINISTRATORS, [])["id"]
        client = organisation.client("JupyterHub", hub.callback)
        try:
            hub.start(server.url, client)
            with chromium(javascript=True) as driver:
                story = Story(cases, Visitor(driver, server, person, name), hub, scim)
                story.signing_in()
                story.becoming_administrator(administrators)
                story.growing_old(lambda: clock.move(timedelta(minutes=6)))
                story.signing_out()
                story.leaving_the_group(analysts, client["client_id"])
                story.being_deactivated()
                story.being_activated()
                story.being_nobody(organisation.pushed_person(scim, "alan.turing@acme.example"))
        finally:
            hub.stop()


def main() -> None:
    """Both databases, one after the other."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    cases = Cases("JupyterHub")
    show(cases, "SQLite", Server("jupyterhub-sqlite"))
    with Postgres() as postgres:
        show(cases, "PostgreSQL", Server("jupyterhub-postgres", database=postgres.database("jupyterhub")))
    cases.finish()


if __name__ == "__main__":
    main()
