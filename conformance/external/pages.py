"""Walks every page of the console and of the own account from link to link, and holds each against what is promised of all.

Each page is looked at twice: in a wide window by day, and in a window of 320 pixels at night. axe-core, the engine of
many accessibility checkers, finds nothing against WCAG 2.2 AA; nothing scrolls sideways; the browser reports no error and
nothing that the content security policy forbids. A page that no link leads to fails the walk, too.
"""

from __future__ import annotations

import re
import time
import tomllib
from collections import Counter
from urllib.parse import parse_qs, urlsplit

from browser import SCREENS, chromium
from cases import Cases, check, equal
from doorward import REPOSITORY, WORK, Server
from person import Person
from phone import enrol
from scim import Scim, deactivation, patch_body
from stage import OPERATOR_TOKEN, Someone, Stage

PRESET = "owner-admin-contributor-viewer"  # the one with two readings
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VISITS_OF_A_KIND = 2
PAGES_MAX = 400
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PARAMETER = re.compile(r"\\{[a-z_]+\\}")
STARTS = ("/console", "/account", "/device")
ON_TO_SIGN_IN = {"/account/security/authenticator", "/account/security/passkeys/new"}  # its pages set factors up
ADD = "add"  # which filter is asked for: a window of its own for each
ELSEWHERE = {
    "/console/users/export": "a file",
    "/console/organisation/branding/preview.css": "a stylesheet",
    "/console/security/sign-ins/{reference}": "needs an identity provider that sends somebody who is refused",
    "/account/security/passkeys/{id}/remove": "needs a passkey; passkeys.py has one",
    "/console/provisioning/connections/{id}/setup/events": "a stream",
    "/account/email/confirm": "the link of a letter",
    "/console/audit/export": "a file",
    "/console/audit/exports/{id}/file": "a file",
    "/console/audit/exports/{id}/manifest": "a file",
    "/console/reviews/{id}/evidence": "a file",
    "/console/users/bulk": "the answer to a form, and an error without it",
    "/console/applications/{id}/people/{user}/end": "needs somebody who has signed in to an application",
    "/console/users/invitations/bulk": "the answer to a form, and an error without it",
}
ENTRIES = tomllib.loads((REPOSITORY / "conformance" / "expectations.toml").read_text()).get("expected", [])
EXPECTED = {it["case"] for it in ENTRIES if it["suite"] == "pages"}
AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, { runOnly: { type: "tag", values: arguments[0] }, resultTypes: ["violations"] }).then(
  (found) => done(found.violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.target.join(" ")).join(", ")}`)),
  (error) => done([String(error)]),
);
"""
SIDEWAYS = """
const room = document.documentElement.clientWidth, over = document.documentElement.scrollWidth - room;
if (over < 1) return [];
const wide = [...document.querySelectorAll("body *")].filter((it) => it.getBoundingClientRect().right > room + 1);
return [`${over} pixels too wide, because of ${wide.slice(-3).map((it) => it.outerHTML.slice(0, 120)).join(" and ")}`];
"""
TWICE = """
const ids = [...document.querySelectorAll("[id]")].map((it) => it.id);
return ids.filter((it, at) => ids.indexOf(it) !== at).map((it) => `the id ${it} twice`);
"""
UNHIDDEN = """
const shown = [...document.querySelectorAll("[hidden]")].filter((it) => getComputedStyle(it).display !== "none");
return shown.map((it) => `shown although hidden: ${it.outerHTML.slice(0, 120)}`);
"""
LINKS = "return [...document.querySelectorAll('a[href]:not([download])')].map((it) => it.href)"


class Walk:
    """The pages that were seen, those still to be seen, and what was found on them."""

    def __init__(self, person: Person, axe: str) -> None:
        self.person = person
        self.seen: list[str] = []
        self._axe = axe
        self._of_a_kind: Counter[str] = Counter()
        self._ahead: list[str] = []
        self._known: set[str] = set()

    def all(self) -> None:
        """Goes wherever a link leads."""
        self._note([self.person.url + it for it in STARTS])
        while self._ahead:
            check(len(self.seen) < PAGES_MAX, f"more than {PAGES_MAX} pages: {self.seen[-20:]}")
            path = self._ahead.pop(0)
            self.person.open(path)
            here = self.person.path()
            is_there = here.startswith("/sign-in/") if path in ON_TO_SIGN_IN else here == urlsplit(path).path
            check(is_there, f"{path} leads to {here}")
            self.seen.append(path)
            self.visited(path)
            self._note(self.person.driver.execute_script(LINKS))

    def visited(self, path: str) -> None:
        """What is done on a page when it is met, before the walk goes on."""

    def _note(self, addresses: list[str]) -> None:
        """Keeps what is worth a visit: a few pages of a kind, in the order in which they are found."""
        for address in addresses:
            parts = urlsplit(address)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            is_own = address.startswith(self.person.url) and f"{parts.path}/".startswith(tuple(f"{it}/" for it in STARTS))
            if not is_own or path in self._known or parts.path in ELSEWHERE:
                continue
            query = parse_qs(parts.query, keep_blank_values=True)
            if len(query) > 1:  # what a list can be asked for has no end
                continue
            kind = f"{IDENTIFIER.sub('{id}', parts.path)}?{query if ADD in query else list(query)}"
            self._of_a_kind[kind] += 1
            if self._of_a_kind[kind] <= VISITS_OF_A_KIND:
                self._known.add(path)
                self._ahead.append(path)

    def faults(self, path: str) -> list[str]:
        """What is wrong with one page, in the window and the light of now."""
        self.person.driver.get_log("browser")
        self.person.open(path)
        return faults_of(self.person, self._axe)


def faults_of(person: Person, axe: str) -> list[str]:
    """What is wrong with the page at hand, in the window and the light of now."""
    driver, things = person.driver, person.look().things
    heads = [it.name for it in things if it.role == "heading" and it.said("level") == 1]
    found = [] if len(heads) == 1 and heads[0] else [f"the headings of the first level are {heads}"]
    found += [] if driver.title.endswith("Doorward") else [f"the title is {driver.title!r}"]
    found += [] if driver.execute_script("return document.documentElement.lang") == "en" else ["no language"]
    found += [fault for script in (SIDEWAYS, TWICE, UNHIDDEN) for fault in driver.execute_script(script)]
    found += [it["message"][:200] for it in driver.get_log("browser") if "favicon" not in it["message"]]
    driver.execute_script(axe)
    return [*found, *driver.execute_async_script(AXE, RULES)]


def axe_core() -> str:
    """The engine, as a script to run in a page."""
    return (WORK / "node" / "node_modules" / "axe-core" / "axe.min.js").read_text()


def people(stage: Stage) -> tuple[Someone, Someone]:
    """An organisation with something on every page; returns an owner, and somebody who may only look."""
    org = stage.organisation(PRESET)
    ada, stan = org.user("owner", "Ada"), org.user("viewer", "Stan")
    long = org.user("contributor", "Lang")
    stage.api("PATCH", f"/users/{long.id}", {"display_name": LONG})
    org.user("owner", "Alma")
    org.pending("viewer", "Penny")
    okta = org.cli("connection", "create", "--kind", "okta", "--name", "Okta")
    scim = Scim(okta["scim_base_url"], okta["token"])
    scim.create_group("Pushed", ["not-pushed-yet"])
    scim.create_user(f"nora@{org.slug}.example", externalId="00u-nora", roles=[{"value": LONG}, {"value": "viewer"}])
    stage.server.cli("connection", "map", "--id", okta["id"], "--group", "Pushed", "--role", "viewer")
    stage.server.cli("connection", "map", "--id", okta["id"], "--group", LONG, "--role", "viewer")
    scim.create_group("Unmapped", [])
    badge = {"name": "badge", "type": "string", "uniqueness": "server", "description": LONG}
    sites = {"name": "sites", "type": "string", "multiValued": True, "canonicalValues": ["Bern", LONG]}
    schema = {"id": "urn:example:params:scim:schemas:extension:acme:2.0:User", "name": LONG, "attributes": [badge, sites]}
    stage.api("PUT", f"/organisation/schemas?organisation={org.slug}", {"schemas": [schema]})
    stage.api("POST", f"/connections/{okta['id']}/clients", {"name": "Nightly"})
    # Somebody whom the provider may not have, and somebody whom it holds active and an administrator has shut out.
    refused = scim.send("POST", "Users", {"userName": long.user_name, "externalId": "00u-lang", "displayName": LONG})
    equal(refused.status_code, 409, "a user of that name whom nobody pushed")
    pushed = scim.create_user(f"pia@{org.slug}.example", displayName="Pia", externalId="00u-pia")
    org.cli("user", "deactivate", "--user-name", pushed["userName"])
    stage.api("PATCH", f"/connections/{okta['id']}", {"breaker_people": 1, "breaker_percent": 0})
    hold_two(scim, org.slug)
    stage.api("POST", f"/connections/{org.connection('Entra', 'entra')}/pause")
    org.sso("viewer", "Sam")
    dirk = org.user("viewer", "Dirk")
    org.team("Research", stan, long)
    of_org = f"?organisation={org.slug}"
    for name, role in (("Builders", ""), (LONG, "contributor")):
        group = stage.api("POST", f"/groups{of_org}", {"name": name})["id"]
        stage.api("POST", f"/groups/{group}/members", {"add": [stan.id, long.id]})
        if role:
            stage.api("PUT", f"/groups/{group}/roles/{role}")
            bridge = stage.api("POST", f"/projects{of_org}", {"name": LONG})["id"]
            stage.api("POST", f"/projects/{bridge}/assignments", {"subject": {"kind": "group", "id": group}})
            stage.api("POST", f"/projects/{bridge}/assignments", {"subject": {"kind": "user", "id": stan.id}})
    shop = {"kind": "project", "external_id": "shop"}
    stage.api("PUT", f"/resources/project/shop{of_org}", {"name": "Shop", "owner": stan.id})
    stage.api("PUT", f"/resources/workspace/sales{of_org}", {"name": LONG, "owner": dirk.id, "parent": shop})
    org.cli("user", "deactivate", "--user-name", dirk.user_name)
    invited = [{"address": "ida@x.example"}, {"address": f"{LONG[:40].lower()}@x.example"}]
    stage.api("POST", f"/invitations{of_org}", {"invitations": invited, "role": "viewer", "send_mail": False})
    program = stage.api("POST", f"/service-accounts{of_org}", {"name": "HR sync", "role": "viewer"})["id"]
    token = {"name": "nightly", "scopes": ["read"], "expires_in_days": 30}
    stage.api("POST", f"/service-accounts/{program}/tokens", token)
    word = LONG.replace("ä", "ae")
    served = {"resource": f"https://wiki.example/{word}", "claims": {"upn": "email", word: "roles"}}
    for name, more in (("Wiki", {"auth_method": "client_secret_basic", **served}), (LONG, {"auth_method": "none"})):
        wiki = {"name": name, "redirect_uris": [f"https://wiki.example/{LONG[:20]}"], "pairwise": True, **more}
        stage.api("POST", f"/clients{of_org}", wiki | {"audiences": ["https://api.example", f"urn:{LONG[:20]}"]})
    auditor = {"label": "Auditor", "description": "Reads what happened.", "allow": ["users:list"]}
    stage.api("POST", f"/roles{of_org}", auditor | {"given_by": ["owner"], "below": "contributor"})
    for scope in ("privileged", "projects"):
        terms = {"scope": scope, "reviewers": [ada.id], "fallback": ada.id}
        review = stage.api("POST", f"/reviews{of_org}", {"name": LONG, "terms": terms})["id"]
    stage.api("POST", f"/reviews/{review}/open")
    rhythm = {"name": LONG, "terms": terms, "every": "quarter", "next_at": "2099-01-01"}
    stage.api("POST", f"/review-schedules{of_org}", rhythm)
    stage.api("PUT", f"/users/{long.id}/end-date", {"ends_at": "2099-12-31"})
    siem = {"name": LONG, "kind": "webhook", "address": f"https://siem.example/{word}"}
    stage.api("POST", f"/audit/streams{of_org}", siem)
    stage.api("POST", f"/domains{of_org}", {"domain": "a-rather-long-name-of-a-department.and-of-its-company.example"})
    stage.api("POST", f"/audit/exports{of_org}", {"format": "csv", "text": LONG[:60]})
    return ada, stan


def hold_two(scim: Scim, domain: str) -> None:
    """A provider that wants to let more people go than it may."""
    leavers = [scim.create_user(f"{name}@{domain}.example", displayName=name) for name in ("Lea", "Leo", LONG)]
    answers = [scim.send("PATCH", f"Users/{it['id']}", patch_body(deactivation())).status_code for it in leavers]
    equal(answers, [200, 503, 503], "three deactivations where one may go")


def settle_in(stage: Stage, ada: Someone) -> Person:
    """The administrator, signed in just now, with a second factor and a token of their own."""
    person = stage.as_(ada)
    person.open("/account/security")
    person.go("link", "Enable MFA")
    enrol(person)
    person.open("/account/tokens/new")
    person.fill("Name", "nightly")
    person.go("button", "Make token")
    return person


def at_night(person: Person, is_night: bool) -> None:
    """Whether whoever uses the browser wants dark pages; nothing is on its way from one colour to the other meanwhile."""
    scheme = {"name": "prefers-color-scheme", "value": "dark" if is_night else "light"}
    still = {"name": "prefers-reduced-motion", "value": "reduce"}
    person.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme, still]})


def unseen(server: Server, seen: list[str]) -> list[str]:
    """The pages of the server that were not met on the walk."""
    pages = [it["path"] for it in server.cli("check", "--routes") if it["method"] == "GET"]
    paths = {urlsplit(it).path for it in seen}
    missing = []
    for page in pages:
        pattern = PARAMETER.sub("[^/]+", re.escape(page))
        if page.startswith(STARTS) and page not in ELSEWHERE and not any(re.fullmatch(pattern, it) for it in paths):
            missing.append(page)
    return missing


def look(cases: Cases, walk: Walk, name: str, size: tuple[int, int], is_night: bool) -> None:
    """Every page once in a window of this size."""
    person = walk.person
    at_night(person, is_night)
    with person.sized(*size):
        for path in walk.seen:
            case = f"{name}: {IDENTIFIER.sub('…', path)}"
            with cases.case(case):
                found = walk.faults(path)
                if found:
                    person.driver.save_screenshot(str(SCREENS / f"pages-{cases.passed + cases.failed:03}.png"))
                check(case not in EXPECTED or bool(found), "this is expected to fail and passes: delete the expectation")
                equal([] if case in EXPECTED else found, [], path)


def main() -> None:
    """The walk, and the two looks."""
    cases = Cases("pages")
    SCREENS.mkdir(parents=True, exist_ok=True)
    axe = axe_core()
    server = Server("pages", environment={"DOORWARD_OPERATOR_TOKEN_FILE": "operator.token"}, host="localhost")
    (server.directory / "operator.token").write_text(OPERATOR_TOKEN)
    clock = server.by_clock()
    started = time.monotonic()
    seen: list[str] = []
    with server, chromium(True) as driver:
        stage = Stage(server, Person(driver, server.url, clock.now), clock)
        ada, stan = people(stage)
        for name, settle, someone in (("viewer", stage.as_, stan), ("owner", lambda it: settle_in(stage, it), ada)):
            walk = Walk(settle(someone), axe)
            with cases.case(f"{name}: the links lead somewhere"):
                walk.all()
            look(cases, walk, f"{name}, wide, light", (1280, 900), is_night=False)
            look(cases, walk, f"{name}, 320 pixels, dark", (320, 800), is_night=True)
            seen += walk.seen
        with cases.case("a link leads to every page"):
            equal(unseen(server, seen), [], "pages to which no link leads")
    print(f"  {len(seen)} pages in {time.monotonic() - started:.0f} s")
    cases.finish()


if __name__ == "__main__":
    main()
