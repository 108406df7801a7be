"""Two real servers in a row: people of the first sign in at the second, which is their identity provider.

The provider is a Doorward too, so that both sides of the protocol meet over HTTP without a stand-in made for the purpose.
"""

from __future__ import annotations

import time

from cases import Cases, check, milliseconds_until
from doorward import Server
from organisation import Organisation
from scim import Scim
from signin import FormBrowser, Person, SignInFailed

OUTBOUND = {"DOORWARD_OUTBOUND_ALLOW": "127.0.0.1,::1"}
GONE_SECONDS = 10.0


class Pair:
    """The provider, the server that sends its people there, and what each knows of the other."""

    def __init__(self, provider: Server, server: Server) -> None:
        self.provider, self.server = provider, server
        self.hub = Organisation(provider, "hub")
        Organisation(server, "acme")
        made = server.cli("connection", "create", "--org", "acme", "--kind", "generic", "--name", "Hub")
        self.id, self.scim = made["id"], Scim(made["scim_base_url"], made["token"])
        self.account = f"{server.url}/account"
        self._introduce()

    def _introduce(self) -> None:
        """Registers the server as an application of the provider, and the provider as the connection's."""
        known = self.server.cli("connection", "show", "--id", self.id)
        logout = ["--backchannel-logout-uri", known["backchannel_logout_uri"], "--first-party"]
        client = self.hub.client("acme", known["redirect_uri"], *logout)
        names = ["--id", self.id, "--issuer", self.provider.url, "--client-id", client["client_id"]]
        rules = ["--client-secret-stdin", "--mfa", "trust-idp", "--domain", "hub.example"]
        self.server.cli("connection", "sign-in", *names, *rules, stdin=client["client_secret"])

    def sign_in(self, browser: FormBrowser, person: Person) -> None:
        """Goes from the first server to the provider and back, as far as the account page."""
        browser.visit(f"{self.server.url}/sso/{self.id}/start", person, [self.account])

    def refusal(self, browser: FormBrowser, person: Person) -> str:
        """The page at which a sign-in ends that leads nowhere."""
        try:
            self.sign_in(browser, person)
        except SignInFailed as refused:
            return str(refused)
        return "signed in"

    def is_signed_in(self, browser: FormBrowser) -> bool:
        """Whether the first server knows this browser."""
        return browser.session.get(self.account, allow_redirects=False, timeout=10).status_code == 200


def show(cases: Cases, pair: Pair) -> None:
    """Each thing once, in the order in which it happens to a person."""
    person, browser = pair.hub.local_person("ada@hub.example", "owner"), FormBrowser()
    with cases.case("somebody whom nobody pushed is refused with a number"):
        page = pair.refusal(browser, person)
        check("could not be signed in" in page and "Give this number" in page, page)
    user = pair.scim.create_user("ada", externalId=person.id, displayName="Ada")
    with cases.case("somebody who was pushed signs in at the provider"):
        pair.sign_in(browser, person)
        check(pair.is_signed_in(browser), "not signed in")
    with cases.case("somebody who signs in again at the provider needs no password there"):
        pair.sign_in(browser, Person(person.user_name, "not the password"))
    with cases.case("somebody deactivated at the provider is signed out here"):
        began = time.monotonic()
        pair.provider.cli("user", "deactivate", "--org", "hub", "--user-name", person.user_name)
        took = milliseconds_until(lambda: not pair.is_signed_in(browser), began, GONE_SECONDS)
        print(f"signed out {took:.0f} ms after the command began")
    with cases.case("somebody deactivated here is refused although the provider signs them in"):
        pair.provider.cli("user", "activate", "--org", "hub", "--user-name", person.user_name)
        pair.scim.patch(f"Users/{user['id']}", {"op": "replace", "path": "active", "value": False})
        page = pair.refusal(FormBrowser(), person)
        check("could not be signed in" in page, page)


def main() -> None:
    """Starts both servers and shows what they do together."""
    cases = Cases("upstream")
    with Server("provider", host="localhost", environment=OUTBOUND) as provider:
        with Server("upstream", environment=OUTBOUND) as server:
            pair = Pair(provider, server)
            # somebody else must hold the role, or the last owner could not be deactivated
            pair.hub.local_person("olga@hub.example", "owner")
            show(cases, pair)
    cases.finish()


if __name__ == "__main__":
    main()
