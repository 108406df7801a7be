"""A person signs in with a real Chromium, is deprovisioned by SCIM, and is out everywhere within one second.

The organisation requires a second factor, so the person enrols TOTP on the way. The whole pass runs twice: as it is,
and with JavaScript switched off.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pyotp
import requests
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from authlib_flow import discover
from cases import Cases, Failed, check, equal, milliseconds_until
from doorward import WORK, Server, free_port
from hands import wait_until_left
from organisation import Organisation
from sample_app import SampleApp, Visitor
from scim import Scim, deactivation
from signin import Person

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1100,900",
]
GONE_WITHIN_SECONDS = 1.0
STEPS_MAX = 12
SCREENS = WORK / "screens"
TOTP_KEY_ID = "key"


@contextmanager
def chromium(javascript: bool) -> Iterator[webdriver.Chrome]:
    """A headless Chromium with a fresh profile."""
    profile = tempfile.mkdtemp(prefix="chromium-", dir=WORK / "data")
    options = Options()
    options.binary_location = shutil.which("chromium") or "/usr/bin/chromium"
    for flag in [*FLAGS, f"--user-data-dir={profile}"]:
        options.add_argument(flag)
    settings: dict[str, object] = {"intl.accept_languages": "en"}  # whatever the machine speaks
    if not javascript:
        settings["profile.managed_default_content_settings.javascript"] = 2
    options.add_experimental_option("prefs", settings)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_page_load_timeout(30)
    try:
        yield driver
    finally:
        driver.quit()
        shutil.rmtree(profile, ignore_errors=True)


@dataclass
class Pass:
    """One run of the whole story."""

    name: str
    driver: webdriver.Chrome
    server: Server
    app: SampleApp
    person: Person
    screens: int = 0
    totp_key: str = ""

    def shoot(self, what: str) -> None:
        """Keeps a picture of the page."""
        self.screens += 1
        self.driver.save_screenshot(str(SCREENS / f"{self.name}-{self.screens:02}-{what}.png"))

    def find(self, identifier: str) -> WebElement | None:
        """The element with this id, if the page has one that a person can see."""
        try:
            element = self.driver.find_element(By.ID, identifier)
        except NoSuchElementException:
            return None
        return element if element.is_displayed() else None

    def sign_in(self) -> None:
        """From the application's front page through all pages of Doorward and back."""
        self.driver.get(self.app.url)
        self.shoot("application")
        self.driver.find_element(By.ID, "login").click()
        for _ in range(STEPS_MAX):
            if self.driver.current_url.startswith(self.app.url):
                self.shoot("signed-in")
                return
            self._one_page()
        raise Failed(f"still at {self.driver.current_url} after {STEPS_MAX} pages: {self.text()[:300]}")

    def _one_page(self) -> None:
        """Answers one page of Doorward and keeps a picture of it."""
        if key := self.find(TOTP_KEY_ID):
            self.totp_key = key.text.replace(" ", "")
        self.shoot(self._fill())
        button = next(filter(None, map(self.find, ("allow", "confirm", "submit"))), None)
        if button is None:
            raise Failed(f"a page without a button to go on: {self.driver.current_url}: {self.text()[:300]}")
        page = self.driver.find_element(By.TAG_NAME, "html")
        button.click()
        wait_until_left(page, lambda: f"at {self.driver.current_url}: {self.text()[:300]}")

    def _fill(self) -> str:
        answers: dict[str, Callable[[], str]] = {
            "username": lambda: self.person.user_name,
            "password": lambda: self.person.password,
            "code": self._code,
        }
        filled = []
        for identifier, answer in answers.items():
            if element := self.find(identifier):
                element.clear()
                element.send_keys(answer())
                filled.append(identifier)
        return "-".join(filled) or "confirmation"

    def _code(self) -> str:
        check(bool(self.totp_key), "a code is asked for, but no key was shown before")
        return pyotp.TOTP(self.totp_key).now()

    def text(self) -> str:
        """What the page says."""
        return self.driver.find_element(By.TAG_NAME, "body").text

    def console_session(self) -> requests.Session:
        """The browser's own cookies for Doorward, to ask faster than a browser draws."""
        self.driver.get(f"{self.server.url}/account")
        session = requests.Session()
        for cookie in self.driver.get_cookies():
            session.cookies.set(cookie["name"], cookie["value"], domain=cookie["domain"], path=cookie["path"])
        return session


def is_signed_out(answer: requests.Response) -> bool:
    """Whether /account shows a stranger the door: a redirect to sign-in, or 401."""
    to_sign_in = answer.is_redirect and "/sign-in" in answer.headers["Location"]
    return to_sign_in or answer.status_code == 401


def story(cases: Cases, run: Pass, scim: Scim) -> None:
    """Sign-in, then the end of it."""
    with cases.case(f"{run.name}: a person pushed by SCIM signs in, enrolling TOTP on the way"):
        run.sign_in()
        equal(run.driver.find_element(By.ID, "who").text, "Alan Turing", "who the application greets")
        check(bool(run.totp_key), "no second factor was enrolled")
    visitor = run.app.signed_in()
    cookies = run.console_session()
    with cases.case(f"{run.name}: session, access token and refresh token work before"):
        run.shoot("account")
        alive(run, visitor, cookies)
    since = time.monotonic()
    scim.patch(f"Users/{run.person.id}", deactivation())
    patched = (time.monotonic() - since) * 1000
    print(f"  {run.name}: SCIM active:false answered after {patched:.0f} ms")
    gone(cases, run, visitor, cookies, since)


def alive(run: Pass, visitor: Visitor, cookies: requests.Session) -> None:
    """Everything that must end later works now."""
    equal(cookies.get(f"{run.server.url}/account", allow_redirects=False).status_code, 200, "status of /account")
    session = run.app.session(visitor)
    equal(session.get(f"{run.server.url}/oauth2/userinfo").status_code, 200, "status of userinfo")
    session.refresh_token()
    visitor.token = session.token


def gone(cases: Cases, run: Pass, visitor: Visitor, cookies: requests.Session, since: float) -> None:
    """Each proof of the person is refused within the second that began before the PATCH was sent."""
    bearer = {"Authorization": f"Bearer {visitor.token['access_token']}"}
    userinfo = f"{run.server.url}/oauth2/userinfo"
    account = f"{run.server.url}/account"
    proofs: dict[str, Callable[[], bool]] = {
        "access token at userinfo": lambda: requests.get(userinfo, headers=bearer, timeout=5).status_code == 401,
        "refresh token": lambda: refresh_is_refused(run, visitor),
        "console session": lambda: is_signed_out(cookies.get(account, allow_redirects=False, timeout=5)),
        "console session in the browser": lambda: browser_is_out(run, account),
    }
    for name, is_refused in proofs.items():
        with cases.case(f"{run.name}: {name} refused within {GONE_WITHIN_SECONDS:g} s"):
            took = milliseconds_until(is_refused, since, GONE_WITHIN_SECONDS)
            print(f"  {run.name}: {name} refused {took:.0f} ms after SCIM active:false was sent")
            check(took <= GONE_WITHIN_SECONDS * 1000, f"only after {took:.0f} ms")
    run.shoot("gone")


def refresh_is_refused(run: Pass, visitor: Visitor) -> bool:
    """Whether the token endpoint answers invalid_grant."""
    form = {"grant_type": "refresh_token", "refresh_token": visitor.token["refresh_token"]}
    session = run.app.session(visitor)
    credentials = (session.client_id, session.client_secret)
    answer = requests.post(f"{run.server.url}/oauth2/token", data=form, auth=credentials, timeout=5)
    return answer.status_code == 400 and answer.json().get("error") == "invalid_grant"


def browser_is_out(run: Pass, account: str) -> bool:
    """Whether the real browser is sent to the sign-in page."""
    run.driver.get(account)
    return urlsplit(run.driver.current_url).path.startswith("/sign-in")


def main() -> None:
    """Both passes, each with a person of its own."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    cases = Cases("browser")
    with Server("browser") as server:
        organisation = Organisation(server, "acme")
        server.cli("org", "policy", "--org", "acme", "--require-mfa", "all")
        scim = organisation.connection("okta")
        app = SampleApp(free_port())
        client = organisation.client("Sample application", app.redirect_uri)
        app.start(discover(server.url), client)
        for name, javascript in (("with-javascript", True), ("without-javascript", False)):
            person = organisation.pushed_person(scim, f"alan.turing@{name}.example")
            with chromium(javascript) as driver:
                story(cases, Pass(name, driver, server, app, person), scim)
        app.stop()
    cases.finish()


if __name__ == "__main__":
    main()
