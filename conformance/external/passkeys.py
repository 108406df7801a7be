"""A person adds a passkey with a real Chromium, signs in with it alone, and with it after the password.

Chromium's virtual authenticator stands in for the phone; the server, the pages and their script are the real ones.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions

from browser import SCREENS, chromium
from cases import Cases, check, equal
from doorward import Server
from hands import wait_until_left
from organisation import Organisation
from signin import Person


def device() -> VirtualAuthenticatorOptions:
    """A phone that asks for the finger and keeps the passkey itself."""
    options = VirtualAuthenticatorOptions()
    options.protocol = VirtualAuthenticatorOptions.Protocol.CTAP2
    options.transport = VirtualAuthenticatorOptions.Transport.INTERNAL
    options.has_resident_key = True
    options.has_user_verification = True
    options.is_user_verified = True
    return options


class Visit:
    """One browser at one server."""

    def __init__(self, driver: webdriver.Chrome, server: Server) -> None:
        self.driver = driver
        self.server = server

    def open(self, path: str) -> None:
        """Goes to a page."""
        self.driver.get(self.server.url + path)

    def path(self) -> str:
        """Where the browser is."""
        return urlsplit(self.driver.current_url).path

    def type(self, identifier: str, text: str) -> None:
        """Fills in a field."""
        element = self.driver.find_element(By.ID, identifier)
        element.clear()
        element.send_keys(text)

    def press(self, selector: str) -> None:
        """Presses a button and waits for the page that follows."""
        page = self.driver.find_element(By.TAG_NAME, "html")
        self.driver.find_element(By.CSS_SELECTOR, selector).click()
        wait_until_left(page, lambda: f"after {selector} at {self.path()}: {self.text()[:300]}")

    def text(self) -> str:
        """What the page says."""
        return self.driver.find_element(By.TAG_NAME, "body").text

    def shoot(self, name: str) -> None:
        """Keeps a picture of the page."""
        self.driver.save_screenshot(str(SCREENS / f"passkey-{name}.png"))

    def with_password(self, person: Person) -> None:
        """User name and password."""
        self.open("/sign-in")
        self.type("username", person.user_name)
        self.press("#submit")
        self.type("password", person.password)
        self.press("#submit")

    def sign_out(self) -> None:
        """Ends the session."""
        self.open("/account")
        self.press("#sign-out")


def story(cases: Cases, visit: Visit, person: Person) -> None:
    """From no passkey to one that is enough, and back."""
    with cases.case("a passkey is added on the security page"):
        visit.with_password(person)
        visit.open("/account/security")
        visit.press("#add-passkey")
        visit.shoot("add")
        visit.type("name", "The phone")
        visit.press("form[data-passkey=create] button")
        equal(visit.path(), "/account/security", "where one is after it was added")
        check("The phone" in visit.text(), f"the passkey is not listed: {visit.text()[:400]}")
        visit.shoot("added")
    visit.sign_out()
    with cases.case("the passkey alone signs in, without user name and password"):
        visit.open("/sign-in")
        visit.shoot("offered")
        visit.press("form[data-passkey=get] button")
        equal(visit.path(), "/account", "where the passkey leads")
        check(person.user_name in visit.text(), "somebody else is signed in")
    visit.sign_out()
    with cases.case("after the password the passkey is the second factor"):
        visit.with_password(person)
        check(visit.path() != "/account", "the password alone was enough")
        visit.shoot("second-factor")
        visit.press("form[data-passkey=get] button")
        equal(visit.path(), "/account", "where password and passkey lead")
    visit.sign_out()
    with cases.case("without the device nobody gets in with the password"):
        visit.driver.remove_all_credentials()
        visit.with_password(person)
        visit.driver.find_element(By.CSS_SELECTOR, "form[data-passkey=get] button").click()
        time.sleep(2)
        check(visit.path().startswith("/sign-in/"), f"the browser is at {visit.path()}")
        visit.shoot("refused")
        visit.open("/account")
        check(visit.path().startswith("/sign-in"), f"the account is open: {visit.path()}")


def main() -> None:
    """One organisation, one person, one browser with a device."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    cases = Cases("passkeys")
    # A passkey belongs to a host name; an address is none.
    with Server("passkeys", host="localhost") as server:
        organisation = Organisation(server, "acme")
        person = organisation.local_person("grace", "owner")
        with chromium(javascript=True) as driver:
            driver.add_virtual_authenticator(device())
            story(cases, Visit(driver, server), person)
    cases.finish()


if __name__ == "__main__":
    main()
