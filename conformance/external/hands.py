"""Uses pages as a person does: by what controls are called, never by their place in the markup.

`Mouse` presses what it sees. `Keyboard` has nothing but keys: it goes from control to control with Tab, and a control that
Tab does not reach, or that does not show that it has the focus, fails the case.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from cases import Failed, check

WAIT_SECONDS = 10.0
TABS_MAX = 120
ISOLATES = dict.fromkeys(map(ord, "\u2068\u2069"))
CONTROLS = "a[href], button, summary, input:not([type=hidden]), select, textarea"


def wait_until_left(page: WebElement, where: Callable[[], str]) -> None:
    """Waits until a page gives way to the next one."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            page.is_displayed()
        except WebDriverException:  # the old page is gone; the driver has several names for that
            return
        time.sleep(0.02)
    raise Failed(f"no page followed {where()}")


class Hand(ABC):
    """One browser, and a way to use it."""

    def __init__(self, driver: webdriver.Chrome, url: str, screens: Path, name: str) -> None:
        self.driver = driver
        self.url = url
        self._screens = screens
        self._name = name
        self._shots = 0

    @abstractmethod
    def press(self, name: str) -> None:
        """Presses the link or button of this name, and waits for the page when it leads to one."""

    @abstractmethod
    def fill(self, label: str, text: str) -> None:
        """Writes into the field with this label."""

    @abstractmethod
    def choose(self, label: str, option: str) -> None:
        """Chooses from the list with this label."""

    @abstractmethod
    def switch(self, label: str) -> None:
        """Switches the box with this label on or off."""

    def open(self, path: str) -> None:
        """Goes to an address that the person was given."""
        self.driver.get(path if path.startswith("http") else self.url + path)

    def path(self) -> str:
        """Where the browser is."""
        return urlsplit(self.driver.current_url).path

    def text(self) -> str:
        """What the page says."""
        try:
            return plain(self.driver.find_element(By.TAG_NAME, "body").text)
        except WebDriverException:  # one page is gone and the next not there yet
            return ""

    def see(self, words: str) -> None:
        """Waits until the page says this: a dialog or the next page comes a moment after its button was pressed."""
        deadline = time.monotonic() + WAIT_SECONDS
        while words not in self.text():
            check(time.monotonic() < deadline, f"{words!r} is not on the page {self.path()}: {self.text()[:600]}")
            time.sleep(0.02)

    def shoot(self, what: str) -> None:
        """Keeps a picture of the page."""
        self._shots += 1
        self.driver.save_screenshot(str(self._screens / f"{self._name}-{self._shots:02}-{what}.png"))

    def go(self, name: str) -> None:
        """Presses a link or button that leads to another page."""
        page = self.driver.find_element(By.TAG_NAME, "html")
        self.press(name)
        wait_until_left(page, lambda: f"after {name!r} at {self.path()}: {self.text()[:600]}")


def plain(text: str) -> str:
    """A text without the marks that keep the directions of writing apart."""
    return text.translate(ISOLATES).strip()


def name_of(element: WebElement) -> str:
    """What a control is called."""
    return plain(element.accessible_name)


class Mouse(Hand):
    """Presses what it sees."""

    def press(self, name: str) -> None:
        """See `Hand`."""
        self._find(name).click()

    def fill(self, label: str, text: str) -> None:
        """See `Hand`."""
        field = self._find(label)
        field.clear()
        field.send_keys(text)

    def choose(self, label: str, option: str) -> None:
        """See `Hand`."""
        Select(self._find(label)).select_by_visible_text(option)

    def switch(self, label: str) -> None:
        """See `Hand`."""
        self._find(label).click()

    def _find(self, name: str) -> WebElement:
        for element in self.driver.find_elements(By.CSS_SELECTOR, CONTROLS):
            if element.is_displayed() and element.is_enabled() and name_of(element) == name:
                return element
        raise Failed(f"no control {name!r} on the page {self.path()}: {self.text()[:600]}")


class Keyboard(Hand):
    """Has nothing but keys."""

    def press(self, name: str) -> None:
        """See `Hand`."""
        self._reach(name)
        self.keys(Keys.ENTER)

    def switch(self, label: str) -> None:
        """See `Hand`."""
        self._reach(label)
        self.keys(Keys.SPACE)

    def fill(self, label: str, text: str) -> None:
        """See `Hand`."""
        self._reach(label)
        ActionChains(self.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(text).perform()

    def choose(self, label: str, option: str) -> None:
        """See `Hand`."""
        field = Select(self._reach(label))
        self.keys(Keys.HOME, *[Keys.ARROW_DOWN] * [it.text for it in field.options].index(option))
        chosen = field.first_selected_option.text
        check(chosen == option, f"the arrow keys chose {chosen!r} in place of {option!r}")

    def keys(self, *keys: str) -> None:
        """Presses keys where the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self) -> str:
        """What the control with the focus is called."""
        return name_of(self.driver.switch_to.active_element)

    def _reach(self, name: str) -> WebElement:
        passed = []
        for _ in range(TABS_MAX):
            element = self.driver.switch_to.active_element
            try:
                here = name_of(element) if element.tag_name != "body" else ""
                if here == name:
                    self._expect_shown(element, name)
                    return element
            except StaleElementReferenceException:  # the page has just changed
                continue
            passed.append(here)
            self.keys(Keys.TAB)
        raise Failed(f"Tab does not reach {name!r} on the page {self.path()}, only {sorted(set(passed))}")

    def _expect_shown(self, element: WebElement, name: str) -> None:
        """WCAG 2.4.7 and 2.4.11: the focus can be seen, and what has it is not covered."""
        seen = self.driver.execute_script(
            """
            const it = arguments[0], style = getComputedStyle(it), box = it.getBoundingClientRect();
            const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return {
              ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
              onTop: Boolean(over) && (it.contains(over) || over.contains(it) || [...(it.labels ?? [])].some((l) => l.contains(over))),
            };
            """,
            element,
        )
        check(seen["ring"], f"{name!r} has the focus and does not show it")
        check(seen["onTop"], f"{name!r} has the focus and something covers it")
