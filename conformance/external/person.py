"""Uses pages as a person with a screen reader does: through the roles and names that the browser tells assistive technology.

A control that has no name, is hidden, or lies outside an open dialog is not there for a `Person`, whatever the markup says.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any, Iterator
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import JavascriptException, WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from cases import Failed, check, equal
from hands import plain, wait_until_left

WAIT_SECONDS = 6.0
LOOK_AGAIN_SECONDS = 0.03
TABS_MAX = 60
CONTROLS = {"button", "link", "textbox", "searchbox", "combobox", "checkbox", "switch", "radio", "menuitem", "tab"}
WRITTEN_INTO = ("textbox", "searchbox", "spinbutton")
FOLDED = "DisclosureTriangle"  # what Chromium calls a <summary>
PLAIN_CELLS = ("Password", "SSO", "Active", "Deactivated")  # those in which nothing can be pressed
TICKED = ("checkbox", "switch", "radio")


class Thing:
    """Something on the page, as the browser describes it to assistive technology."""

    def __init__(self, page: Page, node: dict[str, Any]) -> None:
        self._page = page
        self._node = node
        self.role: str = node["role"]["value"]
        self.name = plain(str(node.get("name", {}).get("value", "")))
        self.description = plain(str(node.get("description", {}).get("value", "")))
        self.value = str(node.get("value", {}).get("value", ""))
        self._said = {it["name"]: it["value"].get("value") for it in node.get("properties", [])}

    def is_on(self) -> bool:
        """Whether a box is ticked or a switch is on."""
        return self._said.get("checked") == "true"

    def is_closed(self) -> bool:
        """Whether nothing can be done with it now."""
        return bool(self._said.get("disabled"))

    def is_required(self) -> bool:
        """Whether it must be filled in."""
        return bool(self._said.get("required"))

    def is_fixed(self) -> bool:
        """Whether it is read and not written."""
        return bool(self._said.get("readonly")) or self.is_closed()

    def said(self, what: str) -> Any:
        """One property, such as `invalid` or `expanded`."""
        return self._said.get(what)

    def text(self) -> str:
        """What stands in it."""
        return plain(self.element().text)

    def options(self) -> list[str]:
        """What a list offers."""
        return [plain(it.text) for it in Select(self.element()).options]

    def chosen(self) -> str:
        """What is chosen in a list."""
        return plain(Select(self.element()).first_selected_option.text)

    def holds(self, words: str) -> bool:
        """Whether a row has a cell with these words."""
        return any(words in it.name for it in self.inside() if it.role in ("cell", "rowheader"))

    def has_cells(self) -> bool:
        """Whether a row has cells besides its heading."""
        return any(it.role == "cell" for it in self.inside())

    def cells(self) -> list[str]:
        """What stands in the cells of a row."""
        return [it.name for it in self.inside() if it.role in ("cell", "rowheader")]

    def element(self) -> WebElement:
        """The thing itself, to touch it."""
        driver = self._page.driver
        found = driver.execute_cdp_cmd("DOM.resolveNode", {"backendNodeId": self._node["backendDOMNodeId"]})
        call = {"functionDeclaration": "function () { window.touched = this; }", "objectId": found["object"]["objectId"]}
        driver.execute_cdp_cmd("Runtime.callFunctionOn", call)
        touched: WebElement = driver.execute_script("return window.touched")
        return touched

    def inside(self) -> list[Thing]:
        """Everything within it."""
        return self._page.below(self._node)

    def beside(self) -> list[Thing]:
        """Everything within what it stands in."""
        return self._page.below(self._page.above(self._node))


class Page:
    """The page as it is at one moment."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver
        self._nodes = driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        self._by_id = {node["nodeId"]: node for node in self._nodes}
        self.things = [Thing(self, node) for node in self._nodes if not node.get("ignored")]

    def above(self, node: dict[str, Any]) -> dict[str, Any]:
        """What a node stands in."""
        return self._by_id[node["parentId"]]

    def below(self, node: dict[str, Any]) -> list[Thing]:
        """Everything within a node."""
        found: list[Thing] = []
        for child in filter(None, map(self._by_id.get, node.get("childIds", []))):
            found += ([] if child.get("ignored") else [Thing(self, child)]) + self.below(child)
        return found


class Person:
    """One browser, and somebody who looks for what things are called."""

    def __init__(self, driver: webdriver.Chrome, url: str, now: Callable[[], float] = time.time) -> None:
        """`now` is what the person's own watch shows."""
        self.driver = driver
        self.url = url
        self.now = now
        self._within: tuple[str, str] | None = None

    # --- going somewhere

    def open(self, path: str) -> None:
        """Goes to an address that the person was given."""
        self.driver.get(path if path.startswith("http") else self.url + path)

    def path(self) -> str:
        """Where the browser is."""
        return urlsplit(self.driver.current_url).path

    def query(self) -> str:
        """What follows the question mark in the address."""
        return urlsplit(self.driver.current_url).query

    def reload(self) -> None:
        """Loads the page again."""
        self.driver.refresh()

    def press(self, role: str, name: str) -> None:
        """Presses something that changes the page at hand, such as the button of a menu."""
        self.find(role, name).element().click()

    def go(self, role: str, name: str) -> None:
        """Presses something that leads to another page, and waits for it."""
        self._and_wait(lambda: self.press(role, name), f"after the {role} {name!r}")

    def go_by_menu(self, menu: str, name: str) -> None:
        """Opens a menu and follows what stands in it to the next page."""
        self.press("button", menu)
        self.go("link", name)

    def ask(self, menu: str, name: str) -> None:
        """Opens a menu and presses something in it that is answered with a dialog."""
        self.press("button", menu)
        self.press("link", name)
        self.find("dialog")

    def right_click(self, words: str) -> None:
        """Presses the other button of the mouse on the row in which this stands."""
        cell = next(it for it in self.row(words).inside() if it.role == "cell" and it.name in PLAIN_CELLS)
        ActionChains(self.driver).context_click(cell.element()).perform()

    def menu(self) -> list[str]:
        """What can be chosen in the menu that is open."""
        return [it.name for it in self._entries() if not it.is_closed()]

    def closed(self, name: str) -> str:
        """Why something in the menu that is open cannot be chosen now, as it is told to those who do not see it."""
        (entry,) = [it for it in self._entries() if it.name == name] or [None]
        check(entry is not None and entry.is_closed(), f"{name!r} is not closed in the menu")
        return str(entry.description) if entry else ""

    def _entries(self) -> list[Thing]:
        def found() -> list[Thing]:
            opened = [it for it in self.all("button") if it.said("expanded")]
            check(len(opened) < 2, f"expected one open menu, got {[it.name for it in opened]}")
            return [it for menu in opened for it in menu.beside() if it.role == "link"]

        entries: list[Thing] = self._until(found, "open menu")
        return entries

    def keys(self, *keys: str) -> None:
        """Presses keys where the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def escape(self) -> None:
        """Leaves a menu or a dialog."""
        self.keys(Keys.ESCAPE)

    def enter(self) -> None:
        """Presses what has the focus, and waits for the page that follows."""
        self._and_wait(lambda: self.keys(Keys.ENTER), "after Enter")

    def tab_to(self, role: str, name: str) -> None:
        """Goes from control to control with the keyboard until it is there."""
        for _ in range(TABS_MAX):
            self.keys(Keys.TAB)
            here = self.driver.switch_to.active_element
            if (here.aria_role, plain(here.accessible_name)) == (role, name):
                return
        raise Failed(f"Tab does not reach the {role} {name!r}")

    @contextmanager
    def narrow(self) -> Iterator[None]:
        """The window of a telephone for a while."""
        with self.sized(360, 740):
            yield

    @contextmanager
    def wide(self) -> Iterator[None]:
        """The window of a computer for a while."""
        with self.sized(1280, 900):
            yield

    @contextmanager
    def sized(self, width: int, height: int) -> Iterator[None]:
        """A window of another size for a while."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def _and_wait(self, deed: Callable[[], None], what: str) -> None:
        page = self.driver.find_element(By.TAG_NAME, "html")
        deed()
        wait_until_left(page, lambda: what)

    # --- filling something in

    def fill(self, name: str, text: str) -> None:
        """Writes into the field with this label, in place of what stands there."""
        field = self._first(WRITTEN_INTO, name).element()
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(Keys.DELETE)
        field.send_keys(text)

    def choose(self, name: str, option: str) -> None:
        """Chooses from the list with this label."""
        Select(self.find("combobox", name).element()).select_by_visible_text(option)

    def tick(self, name: str, on: bool = True) -> None:
        """Brings the box, switch or radio button with this label into this state."""
        box = self._first(TICKED, name)
        if box.is_on() != on:
            element = box.element()
            # Nobody clicks what lies under a bar that stays at the edge of the window.
            self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
            element.click()
        equal(self._first(TICKED, name).is_on(), on, f"whether {name!r} is on")

    def box(self, name: str) -> Thing:
        """The box, switch or radio button with this label."""
        return self._first(TICKED, name)

    def unfold(self, name: str) -> None:
        """Opens what is folded away under these words."""
        self.press(FOLDED, name)

    def field(self, name: str) -> Thing:
        """The field with this label."""
        return self._first(WRITTEN_INTO, name)

    # --- looking

    def look(self) -> Page:
        """The page as it is now."""
        return Page(self.driver)

    @contextmanager
    def within(self, role: str, name: str) -> Iterator[None]:
        """Looks only inside this one thing for a while."""
        before, self._within = self._within, (role, name)
        try:
            yield
        finally:
            self._within = before

    def find(self, role: str, name: str | None = None) -> Thing:
        """Waits for the thing of this role and name."""
        return self._first((role,), name)

    def gone(self, role: str) -> None:
        """Waits until nothing of this role is left, such as a dialog."""
        self._until(lambda: not self.all(role), f"end of the {role}")

    def choices(self, group: str) -> list[str]:
        """What can be chosen in a group of radio buttons or boxes."""
        self.find("group", group)
        inside = next(it.inside() for it in self.all("group") if it.name == group)
        return [it.name for it in inside if it.role in TICKED]

    def row(self, words: str) -> Thing:
        """Waits for the row of a table in which this stands."""
        return self._until(lambda: [it for it in self.all("row") if it.holds(words)], f"row with {words!r}")[0]

    def rows(self, words: str) -> int:
        """In how many rows of tables this stands."""
        return sum(it.holds(words) for it in self.all("row"))

    def all(self, role: str) -> list[Thing]:
        """What the page has of this role now."""
        return [it for it in self._things() if it.role == role]

    def names(self, role: str) -> list[str]:
        """What the things of this role are called."""
        return [it.name for it in self.all(role)]

    def has(self, role: str, name: str) -> bool:
        """Whether the page has this now."""
        return name in self.names(role)

    def offers(self, name: str) -> bool:
        """Whether there is a control that is called so, whatever it is."""
        return any(it.name == name and it.role in CONTROLS for it in self._things())

    def lacks(self, *names: str) -> None:
        """Fails unless no control is called so."""
        found = [name for name in names if self.offers(name)]
        equal(found, [], f"controls that should not be offered at {self.path()}")

    def see(self, words: str) -> None:
        """Waits until the page says this."""
        self._until(lambda: words in self.text(), f"text {words!r}")

    def miss(self, words: str) -> None:
        """Fails when the page says this."""
        check(words not in self.text(), f"{words!r} should not be on the page {self.path()}")

    def told(self, words: str) -> None:
        """Waits for a message of what was done, as a screen reader announces it."""
        self._until(lambda: [it for it in self.all("status") if words in it.text()], f"status message {words!r}")

    def warned(self, words: str) -> None:
        """Waits for a message of what went wrong."""
        self._until(lambda: [it for it in self.all("alert") if words in it.text()], f"alert {words!r}")

    def heading(self) -> str:
        """The heading of the page."""
        return next((it.name for it in self.all("heading") if it.said("level") == 1), "")

    def at(self, heading: str) -> None:
        """Waits for the page, or the dialog, with this heading."""
        self.find("heading", heading)

    def text(self) -> str:
        """What the page says."""
        try:
            return plain(self.driver.find_element(By.TAG_NAME, "body").text)
        except WebDriverException:  # one page is gone and the next not there yet
            return ""

    def shown(self) -> str:
        """What to tell somebody who was not there: address, headings and controls."""
        try:
            things = self.look().things
        except WebDriverException as error:
            return f"no page: {error.msg}"
        headings = [it.name for it in things if it.role == "heading"]
        controls = [f"{it.role} {it.name!r}" for it in things if it.role in CONTROLS]
        return f"{self.path()}, headings {headings}, controls: {', '.join(controls)}"

    def _things(self) -> list[Thing]:
        page = self.look()
        if self._within is None:
            return page.things
        role, name = self._within
        return next((it.inside() for it in page.things if it.role == role and it.name == name), [])

    def _first(self, roles: tuple[str, ...], name: str | None) -> Thing:
        def found() -> list[Thing]:
            return [it for it in self._things() if it.role in roles and name in (None, it.name)]

        return self._until(found, " or ".join(roles) + (f" {name!r}" if name else ""))[0]

    def _until(self, found: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                if result := found():
                    return result
            except (JavascriptException, WebDriverException):  # the page has just changed
                pass
            if time.monotonic() > deadline:
                raise Failed(f"there is no {what}")
            time.sleep(LOOK_AGAIN_SECONDS)
