"""Two Apaches with mod_auth_openidc, a real browser and one person: signing in to both, and every way in which that ends.

One Apache is told by back-channel logout, the other by front-channel logout, so that each way is seen alone. Neither needs
JavaScript, so the story runs without it, too.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote, urlsplit

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By

from browser import SCREENS, chromium
from cases import Cases, Failed, check, equal, milliseconds_until
from doorward import Server
from hands import wait_until_left
from httpd import Httpd
from organisation import Organisation
from scim import Scim, deactivation
from signin import Person

OUTBOUND = {"DOORWARD_OUTBOUND_ALLOW": "127.0.0.1,::1"}
PAGES_MAX = 8
GOES_ON_SECONDS = 10.0
TOLD_SECONDS = 5.0


class Visitor:
    """The person at a browser."""

    def __init__(self, driver: webdriver.Chrome, server: Server, person: Person, name: str) -> None:
        self.driver = driver
        self.server = server
        self.person = person
        self.name = name
        self._screens = 0

    def enter(self, apache: Httpd) -> list[str]:
        """Opens the private page and answers what stands in the way; tells what was asked for."""
        asked: list[str] = []
        self.driver.get(apache.private)
        for _ in range(PAGES_MAX):
            if self.driver.current_url.startswith(apache.private):
                return asked
            asked += self._answer_page(apache)
        raise Failed(f"still at {self.driver.current_url}: {self.text()[:300]}")

    def _answer_page(self, apache: Httpd) -> list[str]:
        html = self.driver.find_element(By.TAG_NAME, "html")
        filled = self._fill()
        # with JavaScript, the form that takes the answer back posts itself before anybody presses its button
        with suppress(StaleElementReferenceException):
            self.press("#allow, #submit")
        if not self.driver.current_url.startswith(apache.private):
            wait_until_left(html, lambda: f"at {self.driver.current_url}: {self.text()[:300]}")
        return filled

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

    def press(self, selector: str) -> None:
        """Presses the first of these buttons that there is."""
        for button in self.driver.find_elements(By.CSS_SELECTOR, selector)[:1]:
            button.click()

    def session_at(self, apache: Httpd) -> str:
        """The cookie that Apache gave to this browser."""
        self.driver.get(apache.goodbye)
        cookie = self.driver.get_cookie(apache.cookie)
        check(cookie is not None, "Apache gave no cookie")
        return str(cookie["value"]) if cookie else ""

    def greeting(self) -> tuple[str, str]:
        """Whom the application behind Apache sees."""
        return self._words("who"), self._words("mail")

    def _words(self, identifier: str) -> str:
        try:
            return self.driver.find_element(By.ID, identifier).text
        except NoSuchElementException:
            raise Failed(f"at {self.driver.current_url}: {self.text()[:300]}") from None

    def arrives_at(self, url: str) -> None:
        """Waits until the browser has come there by itself."""
        deadline = time.monotonic() + GOES_ON_SECONDS
        while not self.driver.current_url.startswith(url):
            if time.monotonic() > deadline:
                raise Failed(f"still at {self.driver.current_url}: {self.text()[:300]}")
            time.sleep(0.05)

    def is_signed_in(self) -> bool:
        """Whether Doorward knows this browser."""
        self.driver.get(f"{self.server.url}/account")
        return urlsplit(self.driver.current_url).path == "/account"

    def shoot(self, what: str) -> None:
        """Keeps a picture of the page."""
        self._screens += 1
        self.driver.save_screenshot(str(SCREENS / f"apache-{self.name}-{self._screens:02}-{what}.png"))

    def text(self) -> str:
        """What the page says."""
        return self.driver.find_element(By.TAG_NAME, "body").text


class Story:
    """What happens to one person, at an Apache that is called and at one that the browser visits."""

    def __init__(self, cases: Cases, visitor: Visitor, called: Httpd, visited: Httpd) -> None:
        self.cases = cases
        self.visitor = visitor
        self.called = called
        self.visited = visited

    def signing_in(self) -> None:
        """Once with a password, and then without one."""
        name, visitor = self.visitor.name, self.visitor
        with self.cases.case(f"{name}: a person pushed by SCIM signs in to the application behind Apache"):
            equal(visitor.enter(self.called), ["username", "password"], f"asked for, {self.called.response_mode}")
            equal(visitor.greeting(), ("Grace Hopper", visitor.person.user_name), "whom the application sees")
        with self.cases.case(f"{name}: the other Apache takes the answer by form_post, and nothing is asked for again"):
            equal(visitor.enter(self.visited), [], f"asked for, {self.visited.response_mode}")
            equal(visitor.greeting(), ("Grace Hopper", visitor.person.user_name), "whom the application sees")

    def _sessions(self) -> tuple[str, str]:
        for apache in (self.called, self.visited):
            self.visitor.enter(apache)
        called, visited = (self.visitor.session_at(apache) for apache in (self.called, self.visited))
        check(self.called.knows(called) and self.visited.knows(visited), "not signed in to both to begin with")
        return called, visited

    def _ends(self, what: str, is_over: Callable[[], bool], since: float) -> None:
        took = milliseconds_until(is_over, since, TOLD_SECONDS)
        print(f"  {self.visitor.name}: {what} after {took:.0f} ms")

    def logging_out_at_apache(self) -> None:
        """RP-initiated logout: one Apache asks for it, the other is told."""
        visitor = self.visitor
        with self.cases.case(f"{visitor.name}: logout at one Apache ends its session, the other's and Doorward's"):
            called, visited = self._sessions()
            began = time.monotonic()
            visitor.driver.get(f"{self.called.callback}?logout={quote(self.called.goodbye, safe='')}")
            visitor.shoot("signing-out")
            check("You are being signed out" in visitor.text(), f"{visitor.driver.current_url}: {visitor.text()[:300]}")
            self._ends("the other Apache was told by its frame", lambda: not self.visited.knows(visited), began)
            visitor.arrives_at(self.called.goodbye)
            print(f"  {visitor.name}: back at the first Apache after {(time.monotonic() - began) * 1000:.0f} ms")
            check(not self.called.knows(called), "the session of the Apache that asked goes on")
            check(not visitor.is_signed_in(), "the session of Doorward goes on")

    def signing_out_of_the_account(self) -> None:
        """Both are told, each in its way."""
        visitor = self.visitor
        with self.cases.case(f"{visitor.name}: signing out here ends one by front-channel, one by back-channel logout"):
            called, visited = self._sessions()
            check(visitor.is_signed_in(), "not signed in")
            began = time.monotonic()
            visitor.press("#sign-out")
            self._ends("front-channel logout ended its session", lambda: not self.visited.knows(visited), began)
            self._ends("back-channel logout ended its session", lambda: not self.called.knows(called), began)
            visitor.arrives_at(f"{visitor.server.url}/signed-out")
            check("You are signed out" in visitor.text(), visitor.text()[:300])
            check(not visitor.is_signed_in(), "the session of Doorward goes on")

    def being_deactivated(self, scim: Scim) -> None:
        """The identity provider takes the person away."""
        visitor = self.visitor
        with self.cases.case(f"{visitor.name}: SCIM active:false ends the session at Apache within {TOLD_SECONDS:g} s"):
            called, _ = self._sessions()
            began = time.monotonic()
            scim.patch(f"Users/{visitor.person.id}", deactivation())
            self._ends("SCIM active:false ended the session at Apache", lambda: not self.called.knows(called), began)
            visitor.driver.get(self.called.private)
            equal(urlsplit(visitor.driver.current_url).netloc, urlsplit(visitor.server.url).netloc, "where the browser is")


def main() -> None:
    """The story with JavaScript and without, each with a person of its own."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    cases = Cases("apache")
    with Server("apache", environment=OUTBOUND) as server:
        organisation = Organisation(server, "acme")
        scim = organisation.connection("okta")
        called, visited = Httpd("query"), Httpd("form_post")
        try:
            for apache, how, uri in (
                (called, "--backchannel-logout-uri", called.back_channel),
                (visited, "--frontchannel-logout-uri", visited.front_channel),
            ):
                after = ["--post-logout-redirect-uri", apache.goodbye]
                client = organisation.client(f"Apache {apache.response_mode}", apache.callback, *after, how, uri)
                apache.start(server.url, client)
            for name, javascript in (("with-javascript", True), ("without-javascript", False)):
                person = organisation.pushed_person(scim, f"grace.hopper@{name}.example")
                with chromium(javascript) as driver:
                    story = Story(cases, Visitor(driver, server, person, name), called, visited)
                    story.signing_in()
                    story.logging_out_at_apache()
                    story.signing_out_of_the_account()
                    story.being_deactivated(scim)
        finally:
            called.stop()
            visited.stop()
    cases.finish()


if __name__ == "__main__":
    main()
