"""The pages in front of the door, each as somebody comes to it, held against what is promised of every page.

pages.py walks from link to link through console and account. To these pages no link leads: they ask who somebody is, come
by mail, answer a form or say why not. Each is looked at in a wide window by day and in one of 320 pixels at night, as it
stands there, for most of them come once: axe-core finds nothing, nothing scrolls sideways, the browser reports no error.
A picture of each is kept.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Iterator

from browser import SCREENS, chromium
from cases import Cases, equal
from doorward import Server, free_port
from pages import LONG, at_night, axe_core, faults_of
from person import Person
from phone import Phone, enter_code, shown_codes
from rows_invitations import invited as invite
from rows_sign_in import choose
from scim import Scim
from stage import OPERATOR_TOKEN, PASSWORD, Organisation, Someone, Stage, asked, sign_in

LOOKS = (("wide, light", (1280, 900), False), ("320 pixels, dark", (320, 800), True))
REFUSED, ASSETS = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d"), "/assets/"
OTHER = "Four copper kettles beside 12 sleepy rivers!"
Visits = Iterator[str]


class Porch:
    """A server with an organisation, and somebody in front of it whom nobody knows."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.person = stage, stage.person
        self.org: Organisation = stage.organisation()
        self.olga = self.org.user("owner", "Olga")

    def invited(self, address: str) -> str:
        """The link of an invitation."""
        body = {"invitations": [{"address": address}], "role": "viewer"}
        self.stage.api("POST", f"/invitations?organisation={self.org.slug}", body)
        return self.stage.letters(address)[-1].link()

    def asked(self, **wished: str) -> str:
        """Where an application of a long name sends somebody who is to sign in."""
        named = ["--name", LONG, "--redirect-uri", f"http://127.0.0.1:{free_port()}/back"]
        client = self.org.cli("client", "create", *named)
        return asked(client, {"scope": "openid profile email offline_access", "state": "s"} | wished)


def signing_in(porch: Porch) -> Visits:
    """Name, password and code, and what is said when one of them is wrong."""
    person, vera = porch.person, porch.org.user("viewer", "Vera")
    porch.stage.fresh().open("/sign-in")
    yield "the name"
    person.fill("User name", vera.user_name)
    person.go("button", "Continue")
    yield "the password"
    person.fill("Password", "not this one")
    person.go("button", "Sign in")
    yield "a wrong password"
    person.go("link", "Forgot your password?")
    yield "a forgotten password"
    person.go("button", "Send me a link")
    yield "a letter is on its way"
    porch.stage.fresh().open(porch.asked(login_hint=vera.user_name))
    yield "the name, for an application"


def with_a_code(porch: Porch) -> Visits:
    """A second factor: set up because it must be, and asked for."""
    stage, person, mia = porch.stage, porch.person, porch.org.user("admin", "Mia")
    porch.org.policy("--require-mfa", "admin", "--grace-days", "7")
    sign_in(stage.fresh(), mia)
    yield "a second factor, which may wait"
    porch.org.policy("--require-mfa", "admin", "--grace-days", "0")
    sign_in(stage.fresh(), mia)
    yield "a second factor, which may not wait"
    phone = Phone()
    phone.scan(person)
    enter_code(person, "000000")
    yield "a wrong first code"
    phone.scan(person)
    enter_code(person, phone.code())
    yield "recovery codes, shown once"
    codes = shown_codes(person)
    person.go("button", "Activate MFA")
    sign_in(stage.fresh(), mia)
    yield "the code"
    enter(person, "Six-digit code", "000000")
    yield "a wrong code"
    person.go("link", "Use a recovery code")
    yield "a recovery code"
    enter(person, "Recovery code", codes[0][::-1])
    yield "a wrong recovery code"


def enter(person: Person, label: str, code: str) -> None:
    """Answers the question for a code."""
    person.fill(label, code)
    person.go("button", "Check code and continue")


def by_letter(porch: Porch) -> Visits:
    """What the links of letters open, while they work and afterwards."""
    stage, person, vera = porch.stage, porch.person, porch.org.user("viewer", "Vera")
    penny = porch.org.pending("viewer", "Penny")
    stage.fresh().open(stage.letters(penny)[0].link())
    yield "the first password"
    person.fill("New password", "short")
    person.fill("The same password again", "other")
    person.go("button", "Save password and continue")
    yield "a first password that is refused"
    stage.api("POST", f"/users/{vera.id}/reset-password")
    link = stage.letters(vera)[0].link()
    stage.fresh().open(link)
    yield "a new password by a link"
    choose(person, OTHER)
    stage.fresh().open(link)
    yield "a link that was used"
    temporary = stage.api("POST", f"/users/{vera.id}/temporary-password")["temporary_password"]
    sign_in(stage.fresh(), Someone(vera.user_name, vera.name, vera.id, temporary))
    yield "a temporary password that must be changed"


def invitations(porch: Porch) -> Visits:
    """An invitation, and what is left of one."""
    stage, person = porch.stage, porch.person
    stage.fresh().open(porch.invited("ida@x.example"))
    yield "an invitation"
    person.fill("Your name", "Ida")
    person.fill("Password", "short")
    person.fill("The same password again", "other")
    person.go("button", "Accept and continue")
    yield "an invitation, whose password is refused"
    person.go("button", "Decline")
    yield "an invitation that was declined"
    link, at = porch.invited("eva@x.example"), f"/invitations?organisation={porch.org.slug}&name=eva"
    stage.api("DELETE", f"/invitations/{stage.api('GET', at)['invitations'][0]['id']}")
    stage.fresh().open(link)
    yield "an invitation that was taken back"
    invite(stage.as_(porch.olga), "una@x.example")
    link = stage.letters("una@x.example")[0].link()
    stage.let_pass(days=8)
    stage.fresh().open(link)
    yield "an invitation that has run out"
    person.go("button", "Ask Olga for a new one")
    yield "a new invitation, asked for"


def applications(porch: Porch) -> Visits:
    """What is asked on the way to an application, and on the way out."""
    stage, person = porch.stage, porch.person
    vera = porch.org.user("viewer", "Vera")
    stage.api("PATCH", f"/users/{vera.id}", {"display_name": LONG})
    stage.as_(vera).open(porch.asked())
    yield "consent"
    person.open(porch.asked().replace("client_id=", "client_id=no"))
    yield "an application that nobody knows"
    person.open("/oauth2/logout")
    yield "whether to sign out"
    person.go("button", "Sign out")
    yield "signed out"
    person.open("/no/such/page")
    yield "a page that is not there"
    stage.as_(vera).open("/console")
    yield "a console for somebody who may not"


def providers(porch: Porch) -> Visits:
    """Identity providers of an organisation: offered, on the way, and out of reach."""
    stage, person = porch.stage, porch.person
    issuer = ("--issuer", f"http://127.0.0.1:{free_port()}", "--client-id", "doorward")
    porch.org.connection("Okta", "okta", *issuer, "--domain", f"{porch.org.slug}.example")
    made = porch.org.connection(LONG, "generic", *issuer)
    stage.fresh().open(f"/sign-in?organisation={porch.org.slug}")
    yield "the name, with providers"
    person.fill("User name", porch.org.sso("viewer", "Sam").user_name)
    person.go("button", "Continue")
    yield "a provider out of reach"
    person.open(f"/sso/{made}/callback?state=unknown")
    yield "an answer that nobody waits for"


def from_outside(porch: Porch) -> Visits:
    """A connection that somebody without an account sets up by a link, and sees what comes of it without asking again."""
    stage, person = porch.stage, porch.person
    stage.api("PATCH", f"/organisation?organisation={porch.org.slug}", {"name": LONG})
    made = porch.org.cli("connection", "create", "--kind", "entra", "--name", "Entra")
    link = stage.api("POST", f"/connections/{made['id']}/setup-links", {"expires_in_days": 7})
    stage.fresh().open(link["url"])
    yield "a link for setting a connection up"
    person.go("button", "Make token")
    yield "the token of such a link, shown once"
    person.open(link["url"])
    person.see("Waiting for the first request")
    entra = Scim(made["scim_base_url"], made["token"])
    entra.create_user(f"ada@{porch.org.slug}.example", externalId="ada")
    equal(entra.send("POST", "Users", {"userName": f"ada@{porch.org.slug}.example"}).status_code, 409, "the same name again")
    person.see("POST /Users 409")
    person.miss("ada@")
    yield "what came by such a link"
    (of,) = stage.api("GET", f"/connections/{made['id']}/setup-links")["setup_links"]
    stage.api("DELETE", f"/connections/{made['id']}/setup-links/{of['id']}")
    person.open(link["url"])
    yield "such a link that was ended"


def second_thoughts(porch: Porch) -> Visits:
    """Proofs that are asked for again, and what was typed meanwhile."""
    stage, person = porch.stage, porch.person
    sign_in(stage.fresh(), porch.olga)
    person.open("/account/tokens/new")
    person.fill("Name", LONG[:60])
    person.go("button", "Make token")
    yield "a token, shown once"
    person.open("/account/tokens/new")
    person.fill("Name", "another")
    stage.let_pass(minutes=11)
    person.go("button", "Make token")
    yield "a proof of who it is"
    person.fill("Password", PASSWORD)
    person.go("button", "Sign in")
    yield "what was typed before the proof"
    person.open("/account/security/passkeys/new")
    yield "a passkey"
    person.open("/account/email")
    person.fill("New address", "olga@other.example")
    person.go("button", "Send the link")
    person.open(stage.letters("olga@other.example")[0].link())
    yield "another address, by a link"


def at_the_desk(porch: Porch) -> Visits:
    """Answers to forms of the console, which no link leads to either."""
    stage, person = porch.stage, porch.person
    vera, pia = porch.org.user("viewer", "Vera"), porch.org.user("viewer", "Pia")
    sign_in(stage.fresh(), porch.olga)
    for name in ("Mine", "Mine"):
        person.open("/console/users?name=v")
        person.press("button", "Keep this view")
        person.fill("Name of the view", name)
        person.go("button", "Save View")
    yield "a view of a name that is taken"
    person.open("/console/users")
    person.ask("Actions for Vera", "Set Temp Password")
    person.go("button", "Set the password")
    yield "a temporary password, shown once"
    person.open("/console/provisioning/new")
    person.tick("Okta")
    person.fill("Name", "Okta")
    person.go("button", "Make connection")
    yield "a token of a connection, shown once"
    person.open(f"/console/users/bulk?deed=deactivate&id={vera.id}&id={pia.id}")
    yield "what is done to several"


def setting_up(stage: Stage) -> Visits:
    """The first organisation and the first person of a new instance."""
    with Server("porch-setup", host="localhost") as server:
        (address,) = set(re.findall(rf"{server.url}/setup/[^\s\"]+", server.log.read_text()))
        stage.fresh()
        person = Person(stage.person.driver, server.url)
        person.open("/")
        yield "an instance without anybody"
        person.open(address)
        yield "the first organisation"
        person.fill("Organisation", LONG)
        person.fill("Short name", "acme")
        person.go("button", "Next: the first person")
        yield "the first person"
        for label, text in (("User name", "ada"), ("Name", "Ada"), ("Password", "short"), ("The same password again", "x")):
            person.fill(label, text)
        person.go("button", "Set up")
        yield "the first person, refused"
        person.fill("Password", PASSWORD)
        person.fill("The same password again", PASSWORD)
        person.go("button", "Set up")
        yield "everything is set up"
        person.open(address)
        yield "set up already"


def picture(person: Person, name: str) -> None:
    """Keeps the whole page, however long it is."""
    taken = person.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
    (SCREENS / f"porch-{re.sub(r'[^a-z0-9]+', '-', name)}.png").write_bytes(base64.b64decode(taken["data"]))


def look(cases: Cases, person: Person, axe: str, name: str) -> None:
    """Both looks at the page at hand."""
    address = person.driver.current_url
    # that a page is no success is no fault of the page that says so
    log = [it["message"] for it in person.driver.get_log("browser")]
    faults = [it for it in log if not REFUSED.search(it) or ASSETS in it]
    for look, size, is_night in LOOKS:
        at_night(person, is_night)
        with person.sized(*size), cases.case(f"{name}: {look}"):
            picture(person, f"{name}-{look}")
            found = faults_of(person, axe)
            equal(faults + found, [], address)


def main() -> None:
    """Every way through the pages."""
    cases, axe, started = Cases("porch"), axe_core(), time.monotonic()
    SCREENS.mkdir(parents=True, exist_ok=True)
    server = Server("porch", environment={"DOORWARD_OPERATOR_TOKEN_FILE": "operator.token"}, host="localhost")
    (server.directory / "operator.token").write_text(OPERATOR_TOKEN)
    clock = server.by_clock()
    ways: list[Callable[[Porch], Visits]] = [signing_in, with_a_code, by_letter, invitations, applications, providers]
    ways += [from_outside, second_thoughts, at_the_desk, lambda porch: setting_up(porch.stage)]
    with server, chromium(True) as driver:
        stage = Stage(server, Person(driver, server.url, clock.now), clock)
        for way in ways:
            with cases.case(f"the way through {way.__name__}"):
                for name in way(Porch(stage)):
                    look(cases, stage.person, axe, name)
    print(f"  {cases.passed + cases.failed} looks in {time.monotonic() - started:.0f} s")
    cases.finish()


if __name__ == "__main__":
    main()
