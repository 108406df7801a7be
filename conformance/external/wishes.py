"""What somebody asks of every page by the settings of their machine: less motion, few colours, a focus to be seen.

With less motion nothing is on its way from one look to another. With forced colours a button still has an edge, what has
the focus still shows it, and axe-core finds nothing. The focus stands out from what is around it by day and at night, too
(WCAG 1.4.11, 2.4.7). That the measures would notice is shown first, on a page that is spoilt.
"""

from __future__ import annotations

import time

from selenium.webdriver.common.keys import Keys

from browser import SCREENS, chromium
from cases import Cases, check, equal
from doorward import Server
from pages import AXE, RULES, axe_core
from person import Person
from stage import OPERATOR_TOKEN, Organisation, Stage

CONTRAST_LEAST = 3
PATHS = (
    "/sign-in",
    "/account",
    "/account/security",
    "/account/tokens/new",
    "/console",
    "/console/users",
    "/console/users/new",
    "/console/users/invite",
    "/console/groups",
    "/console/roles/matrix",
    "/console/security/policies",
    "/console/audit",
    "/console/provisioning/new",
)
LESS_MOTION = {"prefers-reduced-motion": "reduce"}
LOOKS = {
    "by day": {"prefers-color-scheme": "light"},
    "at night": {"prefers-color-scheme": "dark"},
    "forced colours by day": {"prefers-color-scheme": "light", "forced-colors": "active"},
    "forced colours at night": {"prefers-color-scheme": "dark", "forced-colors": "active"},
}
# Everything that would take more than a hundredth of a second to change.
MOVING = """
const seconds = (text) => Math.max(...text.split(",").map(parseFloat));  // which is how they are computed
const found = [];
for (const it of document.querySelectorAll("*")) for (const part of [null, "::before", "::after", "::backdrop"]) {
  const style = getComputedStyle(it, part);
  const isMoving = style.animationName !== "none" && seconds(style.animationDuration) > 0.01;
  if (seconds(style.transitionDuration) > 0.01 || isMoving) found.push(`${it.tagName} ${it.className} ${part ?? ""}`);
  if (style.scrollBehavior === "smooth") found.push(`${it.tagName} scrolls smoothly`);
}
return [...new Set(found)];
"""
CHANGING = """
return document.getAnimations().map((it) => it.effect.target.outerHTML.slice(0, 80));
"""
COLOURS = """
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const rgba = (colour) => {
  canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
};
const light = (colour) => {
  const linear = (it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
  const [r, g, b] = rgba(colour).slice(0, 3).map((it) => linear(it / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, other) => {
  const [less, more] = [light(one), light(other)].sort((a, b) => a - b);
  return (more + 0.05) / (less + 0.05);
};
const behind = (it) => {
  const colour = getComputedStyle(it).backgroundColor;
  return rgba(colour)[3] ? colour : it.parentElement ? behind(it.parentElement) : "Canvas";
};
const controls = "a[href], button, summary, input:not([type=hidden]), select, textarea";
const seen = [...document.querySelectorAll(controls)].filter(
  (it) => it.checkVisibility({ visibilityProperty: true }) && !it.disabled && !it.closest(".skip"),
);
"""
UNMARKED = (
    COLOURS
    + """
return seen.flatMap((it) => {
  it.focus();
  const style = getComputedStyle(it), strength = contrast(style.outlineColor, behind(it.parentElement));
  const isShown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 && rgba(style.outlineColor)[3] > 0;
  const isGood = document.activeElement === it && isShown && strength >= arguments[0];
  return isGood ? [] : [`${it.outerHTML.slice(0, 90)}: ${strength}`];
});
"""
)
EDGELESS = (
    COLOURS
    + """
const edged = seen.filter((it) => it.matches("button, .button, input, select, textarea"));
return edged.filter((it) => !it.matches("[type=checkbox], [type=radio]")).flatMap((it) => {
  const style = getComputedStyle(it), strength = contrast(style.borderTopColor, behind(it.parentElement));
  const isThere = style.borderTopStyle !== "none" && parseFloat(style.borderTopWidth) >= 1;
  const isGood = isThere && rgba(style.borderTopColor)[3] > 0 && strength >= arguments[0];
  return isGood ? [] : [`${it.outerHTML.slice(0, 90)}: ${strength}`];
});
"""
)
PALE = (
    COLOURS
    + """
const texts = document.createNodeIterator(document.body, NodeFilter.SHOW_TEXT), found = [];
for (let it; (it = texts.nextNode()); ) {
  const at = it.parentElement;
  if (!it.data.trim() || !at.checkVisibility({ visibilityProperty: true }) || at.closest(":disabled, .skip")) continue;
  const strength = contrast(getComputedStyle(at).color, behind(at));
  if (strength < 4.5) found.push(`${it.data.trim().slice(0, 40)}: ${strength}`);
}
return found;
"""
)
# axe-core takes -webkit-text-fill-color for the colour of a text, and forced colours leave that as it was.
MISTAKEN = "color-contrast:"
# A sheet that takes away what is measured; a page may make one of its own.
SPOILT = """
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  * { outline: 0 !important; border: 0 !important; forced-color-adjust: none; color: silver !important; }
  .button { transition: color 1s !important; }`);
document.adoptedStyleSheets = [sheet];
"""


def wish(person: Person, wishes: dict[str, str]) -> None:
    """What the settings of the machine say."""
    features = [{"name": name, "value": value} for name, value in wishes.items()]
    person.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    for name, value in wishes.items():
        is_so = person.driver.execute_script(f"return matchMedia('({name}: {value})').matches")
        equal(is_so, True, f"whether {name} is {value}")


def unmarked(person: Person) -> list[str]:
    """The controls that have the focus of the keyboard and do not show it well."""
    person.keys(Keys.TAB)
    found: list[str] = person.driver.execute_script(UNMARKED, CONTRAST_LEAST)
    return found


def edgeless(person: Person) -> list[str]:
    """The buttons and fields whose edge is not there or cannot be seen."""
    found: list[str] = person.driver.execute_script(EDGELESS, CONTRAST_LEAST)
    return found


def pale(person: Person) -> list[str]:
    """The texts that do not stand out from what is behind them (WCAG 1.4.3)."""
    found: list[str] = person.driver.execute_script(PALE)
    return found


def moving(person: Person) -> list[str]:
    """What takes its time to change."""
    found: list[str] = person.driver.execute_script(MOVING)
    return found


def show_measures(cases: Cases, person: Person) -> None:
    """Each measure notices a page that is spoilt."""
    person.open("/console/users")
    wish(person, LESS_MOTION | LOOKS["forced colours by day"])
    person.driver.execute_script(SPOILT)
    for measure in (unmarked, edgeless, pale, moving):
        with cases.case(f"a page that is spoilt is noticed: {measure.__name__}"):
            check(len(measure(person)) > 5, "nothing was noticed")


def show_motion(cases: Cases, person: Person) -> None:
    """Less motion is none."""
    for path in PATHS:
        with cases.case(f"with less motion nothing moves: {path}"):
            wish(person, LESS_MOTION | LOOKS["by day"])
            person.open(path)
            equal(moving(person), [], "what takes its time")
            wish(person, LESS_MOTION | LOOKS["at night"])  # everything changes its colour
            equal(person.driver.execute_script(CHANGING), [], "what is on its way")


def show_look(cases: Cases, person: Person, look: str, axe: str) -> None:
    """The focus in one look, and the edges where colours are forced."""
    wish(person, LESS_MOTION | LOOKS[look])
    for path in PATHS:
        with cases.case(f"{look}: {path}"):
            person.open(path)
            equal(unmarked(person), [], "what does not show the focus")
            if "forced-colors" in LOOKS[look]:
                equal(edgeless(person) + pale(person), [], "what has no edge or no contrast")
                person.driver.execute_script(axe)
                found = person.driver.execute_async_script(AXE, RULES)
                equal([it for it in found if not it.startswith(MISTAKEN)], [], "what axe-core finds")


def fill(org: Organisation) -> None:
    """Something to see on the pages."""
    for name in ("Vera", "Pia"):
        org.user("viewer", name)
    org.pending("viewer", "Penny")
    org.connection("Okta", "okta")
    org.team("Core")


def main() -> None:
    """Every wish, on the pages where people are most."""
    cases, axe, started = Cases("wishes"), axe_core(), time.monotonic()
    SCREENS.mkdir(parents=True, exist_ok=True)
    server = Server("wishes", environment={"DOORWARD_OPERATOR_TOKEN_FILE": "operator.token"}, host="localhost")
    (server.directory / "operator.token").write_text(OPERATOR_TOKEN)
    clock = server.by_clock()
    with server, chromium(True) as driver:
        stage = Stage(server, Person(driver, server.url, clock.now), clock)
        org = stage.organisation()
        ada = org.user("owner", "Ada")
        fill(org)
        person = stage.as_(ada)
        show_measures(cases, person)
        show_motion(cases, person)
        for look in LOOKS:
            show_look(cases, person, look, axe)
    print(f"  {time.monotonic() - started:.0f} s")
    cases.finish()


if __name__ == "__main__":
    main()
