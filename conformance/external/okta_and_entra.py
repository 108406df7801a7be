"""People of Okta and of Entra sign in here: the npm library oidc-provider stands in for both, with the habits of each."""

from __future__ import annotations

import hashlib
import json
import re
import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from authlib.common.security import generate_token

from authlib_flow import Flow, Kind
from cases import Cases, Failed, check, equal, milliseconds_until
from doorward import Server
from identity_provider import IdentityProvider
from organisation import Organisation
from scim import Scim, deactivation
from signin import FormBrowser, Person, SignInFailed

OUTBOUND = {"DOORWARD_OUTBOUND_ALLOW": "127.0.0.1,::1"}
CLIENT = {"client_id": "doorward-at-acme", "client_secret": "a secret that both sides keep"}
PASSWORD = "a password that only the identity provider knows"
TENANT = "6babcaad-604b-40ac-a9d7-9fd97c0b779f"
OTHER_TENANT = "0b1e6d4c-7a51-4bd0-8f0e-2d3a9c5f4e11"
GONE_SECONDS = 10.0
# an unknown key is asked for again this long after the keys were last asked for
KEYS_ARE_FRESH_SECONDS = 10.5


def at_okta(name: str, **more: Any) -> dict[str, Any]:
    """Somebody whom Okta knows, in two factors."""
    address = f"{name}@acme.example"
    person = {"sub": f"00u-{name}", "name": name.capitalize(), "email": address, "preferred_username": address}
    return person | {"password": PASSWORD, "amr": ["pwd", "mfa", "otp"], "groups": ["Everyone", "Owners"]} | more


def at_entra(name: str, number: int, **more: Any) -> dict[str, Any]:
    """Somebody whom Entra knows; `sub` is what the library makes a pairwise one of."""
    person = at_okta(name) | {"sub": f"internal-{name}", "oid": f"11111111-2222-4333-8444-{number:012d}"}
    return person | more


class Acme:
    """An organisation whose people sign in at one provider, and that provider."""

    def __init__(self, server: Server, slug: str, kind: str, people: dict[str, Any]) -> None:
        self.server, self.kind, self.people = server, kind, people
        self.organisation = Organisation(server, slug)
        named = ["--org", slug, "--kind", kind, "--name", kind.capitalize()]
        made = server.cli("connection", "create", *named)
        self.id, self.scim = made["id"], Scim(made["scim_base_url"], made["token"])
        known = server.cli("connection", "show", "--id", self.id)
        client = CLIENT | {"redirect_uris": [known["redirect_uri"]]}
        if kind == "okta":
            client |= {"backchannel_logout_uri": known["backchannel_logout_uri"]}
            client |= {"backchannel_logout_session_required": True}
        self.provider = IdentityProvider(kind, client, people, TENANT if kind == "entra" else "")
        self.account = f"{server.url}/account"
        self.keys_asked_at = time.monotonic()

    def introduce(self, mfa: str) -> None:
        """Says how people sign in there, with this rule for second factors."""
        names = ["--id", self.id, "--issuer", self.provider.issuer, "--client-id", CLIENT["client_id"]]
        rules = ["--client-secret-stdin", "--mfa", mfa, "--domain", f"{self.kind}.example"]
        self.server.cli("connection", "sign-in", *names, *rules, stdin=CLIENT["client_secret"])

    def push(self, name: str, external_id: str, **more: Any) -> dict[str, Any]:
        """Pushes somebody by SCIM, as the provider would."""
        return self.scim.create_user(f"{name}@acme.example", externalId=external_id, displayName=name.capitalize(), **more)

    def person(self, name: str) -> Person:
        """Who signs in at the provider."""
        return Person(f"{name}@{self.kind}.example", self.people[name]["password"])

    def sign_in(self, name: str, browser: FormBrowser | None = None, **query: str) -> FormBrowser:
        """Goes to the provider and back, as far as the account page, which must be that of this person."""
        browser = browser or FormBrowser()
        browser.visit(self._start(query), self.person(name), [self.account])
        page = browser.session.get(self.account, timeout=10).text
        check(name.capitalize() in page, f"the account page is not that of {name}")
        return browser

    def _start(self, query: dict[str, str]) -> str:
        return f"{self.server.url}/sso/{self.id}/start{'?' if query else ''}{urlencode(query)}"

    def ends_at(self, name: str) -> str:
        """The page at which a sign-in ends that does not lead to the account."""
        browser = FormBrowser()
        try:
            browser.visit(self._start({}), self.person(name), [self.account])
        except SignInFailed:
            check(not self.is_signed_in(browser), f"{name} is signed in all the same")
            return browser.page
        raise Failed(f"{name} was let in")

    def refused(self, name: str, because: str) -> None:
        """Nobody gets in: the page shows a number and not the reason, which the record under that number has."""
        page = self.ends_at(name)
        check("You could not be signed in" in page and because not in page, page)
        number = re.search(r"\b[0-9A-F]{10}\b", page)
        check(number is not None, f"no number in {page}")
        lines = [json.loads(line) for line in self.server.log.read_text().splitlines() if line.startswith("{")]
        fields = [line.get("fields", line) for line in lines]
        reasons = [it["reason"] for it in fields if number and it.get("reference") == number.group()]
        check(len(reasons) == 1 and because in reasons[0], f"expected {because!r}, got {reasons}")

    def is_signed_in(self, browser: FormBrowser) -> bool:
        """Whether the server knows this browser."""
        return browser.session.get(self.account, allow_redirects=False, timeout=10).status_code == 200

    def log_out_there(self, browser: FormBrowser) -> None:
        """Ends the session of this browser at the provider, and not here."""
        farewell = f"{self.provider.issuer}/session/end/success"
        browser.visit(f"{self.provider.issuer}/session/end", Person("", ""), [farewell])

    def asked(self) -> dict[str, Any]:
        """What the server has asked the provider last."""
        parameters: dict[str, Any] = self.provider.tell("asked")["parameters"]
        return parameters


# --- Okta ----------------------------------------------------------------------------------------------------------


def show_okta(cases: Cases, okta: Acme) -> None:
    """The habits of Okta, in the order in which an organisation meets them."""
    okta.introduce("require-amr")
    ada = okta.push("ada", "00u-ada")
    okta.push("pat", "00u-pat")
    with cases.case("Okta: somebody who was pushed signs in, and two factors there are enough here"):
        okta.sign_in("ada")
        okta.keys_asked_at = time.monotonic()
    with cases.case("Okta: a group that only the token names gives no role"):
        shown = okta.server.cli("user", "show", "--org", okta.organisation.slug, "--user-name", "ada@acme.example")
        check("owner" not in json.dumps(shown).lower(), f"{shown}")
    with cases.case("Okta: UP-01: name and address of somebody here do not open their account to another subject"):
        okta.refused("impostor", "nobody here is known by this subject")
    with cases.case("Okta: one factor there asks for a second one here"):
        person = okta.person("pat")
        FormBrowser().visit(okta._start({}), person, [okta.account])
        check(bool(person.secret), "no authenticator was set up")
    with cases.case("Okta: somebody to whom the application is not assigned meets a plain page"):
        okta.refused("nora", "the identity provider answered access_denied")
    show_started_there(cases, okta)
    show_newer_proof(cases, okta)
    show_logout_there(cases, okta)
    show_rotation(cases, okta)
    with cases.case("Okta: somebody deactivated over SCIM is refused although Okta signs them in"):
        okta.scim.patch(f"Users/{ada['id']}", deactivation())
        okta.refused("ada", "this user is deactivated")


def show_started_there(cases: Cases, okta: Acme) -> None:
    """A sign-in that begins with a tile of the provider (OpenID Connect Core 4)."""
    with cases.case("Okta: a sign-in that begins there passes the hint on"):
        okta.sign_in("ada", iss=okta.provider.issuer, login_hint="ada@acme.example")
        equal(okta.asked().get("login_hint"), "ada@acme.example", "login_hint")
    with cases.case("Okta: a sign-in that begins in the name of another issuer does not begin"):
        before = okta.provider.tell("asked")["times"]
        answer = FormBrowser().session.get(okta._start({"iss": "https://evil.example"}), allow_redirects=False, timeout=10)
        equal((answer.status_code, okta.provider.tell("asked")["times"]), (400, before), "status and questions")


def show_newer_proof(cases: Cases, okta: Acme) -> None:
    """An application that wants a newer proof gets one of the provider's."""
    flow = Flow(okta.organisation, okta.person("ada"), Kind("RS256"))
    okta.sign_in("ada", flow.browser)
    first = flow.sign_in()
    with cases.case("Okta: the application learns when the person signed in there, and by what"):
        check(first["auth_time"] <= time.time() and "mfa" in first["amr"], f"{first}")
    for name, value in (("prompt", "login"), ("max_age", "0")):
        with cases.case(f"Okta: {name}={value} of an application makes the person sign in there again"):
            time.sleep(1.1)
            nonce, verifier = generate_token(32), generate_token(64)
            url = flow.code(nonce, verifier, login_hint="ada@okta.example", **{name: value})
            token = flow.session.fetch_token(authorization_response=url, code_verifier=verifier)
            again = flow.verified(token, nonce)
            equal(okta.asked().get("prompt"), "login", "prompt")
            check(again["auth_time"] > first["auth_time"], f"{first['auth_time']}, then {again['auth_time']}")
            equal(again["sub"], first["sub"], "sub")
            first = again


def show_logout_there(cases: Cases, okta: Acme) -> None:
    """A session that ends there ends here, and so does what an application got in it."""
    flow = Flow(okta.organisation, okta.person("ada"), Kind("RS256"))
    okta.sign_in("ada", flow.browser)
    other = okta.sign_in("ada")
    flow.sign_in()
    with cases.case("Okta: back-channel logout ends the session here with its tokens, and no other session"):
        began = time.monotonic()
        okta.log_out_there(flow.browser)
        took = milliseconds_until(lambda: not okta.is_signed_in(flow.browser), began, GONE_SECONDS)
        print(f"signed out {took:.0f} ms after the sign-out at the provider began")
        equal(flow.userinfo().status_code, 401, "status of userinfo afterwards")
        check(okta.is_signed_in(other), "another session of the same person has ended, too")


def show_rotation(cases: Cases, okta: Acme) -> None:
    """A new key is taken from one sign-in to the next, and the removed one counts for nothing."""
    signed_in = okta.sign_in("ada")
    time.sleep(max(0.0, okta.keys_asked_at + KEYS_ARE_FRESH_SECONDS - time.monotonic()))
    with cases.case("Okta: a new signing key, whose predecessor is gone at once, breaks no sign-in"):
        okta.provider.tell("rotate")
        okta.sign_in("ada")
    okta.provider.tell("sign_with_removed")
    with cases.case("Okta: a token under the removed key is not believed"):
        okta.refused("ada", "the key is unknown")
    with cases.case("Okta: a logout token under the removed key ends nothing"):
        okta.log_out_there(signed_in)
        check(okta.is_signed_in(signed_in), "the session has ended")
    okta.provider.tell("sign_with_published")
    with cases.case("Okta: the published key is believed again"):
        okta.sign_in("ada")


# --- Entra ---------------------------------------------------------------------------------------------------------


def pairwise(sub: str) -> str:
    """The subject that this client alone sees."""
    return hashlib.sha256(f"{CLIENT['client_id']}{sub}".encode()).hexdigest()


def show_entra(cases: Cases, entra: Acme) -> None:
    """The habits of Entra."""
    entra.introduce("require-amr")
    entra.push("grace", entra.people["grace"]["oid"])
    with cases.case("Entra: no method in the token means that a second factor is asked for here"):
        person = entra.person("grace")
        FormBrowser().visit(entra._start({}), person, [entra.account])
        check(bool(person.secret), "no authenticator was set up")
    entra.introduce("trust-idp")
    with cases.case("Entra: metadata whose issuer is a template lead to the tenant of the connection"):
        entra.sign_in("grace")
    with cases.case("Entra: people are known by tenant and object, whoever has the pairwise subject as an id"):
        entra.push("twin", pairwise("internal-kim"))
        entra.push("kim", entra.people["kim"]["oid"])
        entra.sign_in("kim")
    with cases.case("Entra: somebody without an address signs in all the same"):
        entra.push("lee", entra.people["lee"]["oid"])
        entra.sign_in("lee")
    with cases.case("Entra: a name whose domain is the connection's leads there with both hints"):
        person, question = entra.person("grace"), f"{entra.provider.issuer}/auth"
        sent = FormBrowser().visit(f"{entra.server.url}/sign-in", person, [question])
        asked = parse_qs(urlsplit(sent.url).query)
        equal(asked.get("domain_hint"), ["entra.example"], "domain_hint")
        equal(asked.get("login_hint"), ["grace@entra.example"], "login_hint")
    show_tenants(cases, entra)


def show_tenants(cases: Cases, entra: Acme) -> None:
    """One connection is one tenant, although all of them share keys and application."""
    with cases.case("Entra: a token of another tenant is refused"):
        entra.provider.tell("speak_for", tenant=OTHER_TENANT)
        entra.refused("grace", "the issuer is another one")
    with cases.case("Entra: a token that names another tenant than its issuer is refused"):
        entra.provider.tell("speak_for", tid=OTHER_TENANT)
        entra.refused("grace", "the claim tid is missing or wrong")
    entra.provider.tell("speak_for")
    with cases.case("Entra: the tenant of the connection signs in as before"):
        entra.sign_in("grace")


def main() -> None:
    """An organisation for each provider, at one server."""
    cases = Cases("Okta and Entra")
    okta = {name: at_okta(name) for name in ("ada", "nora")}
    okta["nora"] |= {"assigned": False}
    okta["pat"] = at_okta("pat", amr=["pwd"])
    okta["impostor"] = at_okta("ada") | {"sub": "00u-impostor"}
    entra = {name: at_entra(name, number) for number, name in enumerate(("grace", "kim", "lee"))}
    del entra["lee"]["email"]
    with Server("okta-and-entra", environment=OUTBOUND) as server:
        for kind, people, show in (("okta", okta, show_okta), ("entra", entra, show_entra)):
            acme = Acme(server, kind, kind, people)
            server.cli("org", "policy", "--org", kind, "--require-mfa", "all")
            with acme.provider:
                show(cases, acme)
    cases.finish()


if __name__ == "__main__":
    main()
