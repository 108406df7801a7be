"""The keys of the console, each pressed in a browser, and that they can be switched off (WCAG 2.1.4).

A single letter is a trap for whoever dictates or whose hand shakes. So it does nothing while somebody types, and nothing at
all once it is switched off; everything that it does can be done without it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser import SCREENS, chromium
from cases import Cases, check, equal
from doorward import Server
from hands import wait_until_left
from person import Person
from stage import Stage

HELP, PALETTE, SEARCH = "Keyboard shortcuts", "Go to", "Search by name"
SWITCH = "Shortcuts on, in this browser"
NAMES = ("Ada", "Bob", "Cleo")
QUIET_SECONDS = 0.2  # after which whatever a key does has been done
ROOMS = ("/console", "/console/users", "/console/teams", "/console/audit")


def focused(person: Person) -> str:
    """What the control with the focus is called."""
    return str(person.driver.switch_to.active_element.accessible_name)


def leave_fields(person: Person) -> None:
    """Takes the focus out of whatever has it."""
    person.driver.execute_script("document.activeElement.blur()")


def control_k(person: Person) -> None:
    """Presses Ctrl and K together."""
    ActionChains(person.driver).key_down(Keys.CONTROL).send_keys("k").key_up(Keys.CONTROL).perform()


def goes(person: Person, deed: Callable[[], None], path: str) -> None:
    """Does what leads to another page, and waits for it."""
    page = person.driver.find_element("tag name", "html")
    deed()
    wait_until_left(page, person.shown)
    equal(person.path(), path, "where it leads")


def stays(person: Person, deed: Callable[[], None]) -> None:
    """Does what must change nothing: neither the page nor what has the focus, and no dialog opens."""
    before = (person.driver.current_url, focused(person), person.names("dialog"))
    deed()
    time.sleep(QUIET_SECONDS)
    equal((person.driver.current_url, focused(person), person.names("dialog")), before, "page, focus and dialogs")


def slash_looks_for_somebody(person: Person) -> None:
    """`/` leads to the search, and is not typed into it."""
    person.open("/console/users")
    leave_fields(person)
    person.keys("/")
    equal((focused(person), person.field(SEARCH).value), (SEARCH, ""), "what has the focus, and what stands in it")
    person.keys("gu?/jxe")
    equal(person.field(SEARCH).value, "gu?/jxe", "what is typed into the search")
    equal((person.path(), person.names("dialog")), ("/console/users", []), "page and dialogs while somebody types")


def g_and_u_lead_to_the_users(person: Person) -> None:
    """`g` and then `u`, from everywhere; neither of them alone, and nothing between them."""
    for path in ROOMS:
        person.open(path)
        leave_fields(person)
        if path != "/console/users":
            stays(person, lambda: person.keys("u"))
            stays(person, lambda: person.keys("g", "x", "u"))
        goes(person, lambda: person.keys("g", "u"), "/console/users")


def question_mark_tells_the_keys(person: Person) -> None:
    """`?` shows what the keys are, and the focus is back where it was afterwards."""
    person.open("/console/users")
    person.tab_to("link", "Export")
    person.keys("?")
    with person.within("dialog", person.find("dialog", HELP).name):
        person.see("Go to the users")
    stays(person, lambda: person.keys("g", "u"))
    person.escape()
    person.gone("dialog")
    equal(focused(person), "Export", "what has the focus afterwards")


def control_and_k_open_the_palette(person: Person) -> None:
    """Ctrl K goes anywhere: a few letters, and Enter."""
    for path in ROOMS:
        person.open(path)
        control_k(person)
        person.find("dialog", PALETTE)
        person.escape()
        person.gone("dialog")
    person.open("/console/users")
    control_k(person)
    person.find("dialog", PALETTE)
    person.keys("secur")
    goes(person, lambda: person.keys(Keys.ENTER), "/console/security/policies")
    control_k(person)
    person.find("dialog", PALETTE)
    person.keys("cleo")
    with person.within("dialog", PALETTE):
        person.find("heading", "Users")
        check(any(it.startswith("Cleo") for it in person.names("link")), f"Cleo is not found: {person.names('link')}")


def letters_go_through_the_rows(person: Person) -> None:
    """`j` and `k` go down and up, `x` selects, `e` edits, and Enter opens."""
    person.open("/console/users?sort=name")
    leave_fields(person)
    for key, name in zip("jjkjj", (*NAMES[:2], *NAMES), strict=True):
        person.keys(key)
        equal(focused(person), name, f"the row after {key}")
    person.keys("x")
    check(person.box("Select Cleo").is_on(), "x does not select the row")
    goes(person, lambda: person.keys("k", Keys.ENTER), person_page(person, "Bob"))
    person.open("/console/users?sort=name")
    leave_fields(person)
    person.keys("j", "j", "e")
    person.find("dialog", "EDIT USER: Bob")
    person.escape()
    person.gone("dialog")


def person_page(person: Person, name: str) -> str:
    """The path of the page of somebody on the list."""
    address = str(person.find("link", name).element().get_attribute("href"))
    return address.removeprefix(person.url)


def switched_off_nothing_is_a_key(person: Person) -> None:
    """The switch holds at once, on every page, and after a reload; so does switching them on again."""
    person.open("/console/users?sort=name")
    leave_fields(person)
    person.keys("?")
    person.find("dialog", HELP)
    person.tick(SWITCH, on=False)
    person.escape()
    person.gone("dialog")
    for path in ROOMS:
        person.open(path)
        leave_fields(person)
        for pressed in ("/", "?", "gu", "jxe"):
            stays(person, lambda: person.keys(*pressed))
    person.press("button", next(it for it in person.names("button") if it.startswith("Menu of ")))
    person.press("button", HELP)
    check(not person.box(SWITCH).is_on(), "the switch does not say that they are off")
    person.tick(SWITCH)
    person.escape()
    goes(person, lambda: person.keys("g", "u"), "/console/users")


CASES = (
    slash_looks_for_somebody,
    g_and_u_lead_to_the_users,
    question_mark_tells_the_keys,
    control_and_k_open_the_palette,
    letters_go_through_the_rows,
    switched_off_nothing_is_a_key,
)


def main() -> None:
    """An owner with a few colleagues, and nothing but keys."""
    cases, started = Cases("keys"), time.monotonic()
    SCREENS.mkdir(parents=True, exist_ok=True)
    server = Server("keys")
    clock = server.by_clock()
    with server, chromium(True) as driver:
        stage = Stage(server, Person(driver, server.url, clock.now), clock)
        org = stage.organisation()
        ada = [org.user("owner", name) for name in NAMES][0]
        person = stage.as_(ada)
        for case in CASES:
            with cases.case(case.__name__.replace("_", " ")):
                case(person)
    print(f"  {time.monotonic() - started:.0f} s")
    cases.finish()


if __name__ == "__main__":
    main()
