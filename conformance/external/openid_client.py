"""Plays the person in front of openid_client.mjs: starts it for each kind of client and drives the sign-in pages."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from joserfc.jwk import ECKey

from cases import Cases, check, equal
from doorward import WORK, Server
from openapi import OPERATOR_TOKEN
from organisation import Organisation
from signin import FormBrowser, Person, SignInFailed

REDIRECT = "http://127.0.0.1:9/callback"
AFTER_LOGOUT = "http://127.0.0.1:9/bye"
SECURE_REDIRECT = "https://application.example/callback"
SECURE_AFTER_LOGOUT = "https://application.example/bye"
ADDRESSES = [REDIRECT, AFTER_LOGOUT, SECURE_REDIRECT, SECURE_AFTER_LOGOUT]
# (authentication method, response mode, signing algorithm, profile, whether requests are pushed and tokens bound to a key)
KINDS = [
    ("client_secret_basic", "query", "RS256", "standard", False),
    ("client_secret_post", "form_post", "ES256", "standard", False),
    ("private_key_jwt", "query", "ES256", "ipsie-sl1", False),
    ("none", "query", "RS256", "standard", False),
    ("none", "query", "EdDSA", "standard", True),
    ("private_key_jwt", "query", "PS256", "fapi2", True),
]


def flow_settings(
    organisation: Organisation, person: Person, kind: tuple[str, str, str, str, bool], *further: str
) -> dict[str, Any]:
    """Registers a client of this kind and says everything the program needs to know."""
    method, mode, algorithm, profile, is_bound = kind
    redirect, after_logout = (REDIRECT, AFTER_LOGOUT) if profile == "standard" else (SECURE_REDIRECT, SECURE_AFTER_LOGOUT)
    arguments = ["--auth-method", method, "--post-logout-redirect-uri", after_logout, "--id-token-alg", algorithm]
    arguments += ["--profile", profile, *further]
    arguments += ["--dpop-bound", "--require-pushed-requests"] if is_bound else []
    key = ECKey.generate_key("P-256", {"kid": "its own"}) if method == "private_key_jwt" else None
    if key:
        jwks = organisation.server.directory / f"{profile}.jwks"
        jwks.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
        arguments += ["--jwks", str(jwks)]
    client = organisation.client(" ".join(map(str, kind)), redirect, *arguments)
    return {
        "issuer": organisation.server.url,
        "client_id": client["client_id"],
        "client_secret": client.get("client_secret"),
        "key": key and key.as_dict(private=True),
        "auth_method": method,
        "response_mode": mode,
        "signing_algorithm": algorithm,
        "is_bound": is_bound,
        "rotates": profile != "fapi2",
        "redirect_uri": redirect,
        "post_logout_redirect_uri": after_logout,
        "org_slug": organisation.slug,
        "email": person.user_name,
        "name": "Ada Lovelace",
    }


def converse(cases: Cases, kind: str, script: str, settings: dict[str, Any], person: Person) -> None:
    """Runs the program to its end; each page it wants opened is answered by a fresh look with the same browser."""
    program = subprocess.Popen(
        ["node", script],
        cwd=WORK / "node",
        env=os.environ | {"DOORWARD_FLOW": json.dumps(settings)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        answer_every_line(cases, kind, program, person, settings.get("until", ADDRESSES))
        equal(program.wait(timeout=30), 0, f"exit code of {script}")
    finally:
        program.kill()
        program.communicate()


def answer_every_line(
    cases: Cases, kind: str, program: subprocess.Popen[str], person: Person, until: list[str]
) -> None:
    """Reads what the program says until it ends."""
    check(program.stdin is not None and program.stdout is not None, "the program has no pipes")
    browser = FormBrowser()
    for line in program.stdout or []:
        said = json.loads(line)
        if "open" in said:
            print(json.dumps(come_back(browser, said["open"], person, until)), file=program.stdin, flush=True)
        else:
            cases.record(f"{kind}: {said['case']}", said["ok"], said.get("detail", ""))


def come_back(browser: FormBrowser, url: str, person: Person, until: list[str]) -> dict[str, Any]:
    """What the application receives, or where the person is left."""
    try:
        callback = browser.visit(url, person, until)
    except SignInFailed as page:
        return {"stuck": str(page)}
    return {"url": callback.url, "body": callback.body}


def main() -> None:
    """Each kind of client once, with a person and a browser of its own."""
    cases = Cases("openid-client")
    with Server("openid-client") as server:
        organisation = Organisation(server, "acme")
        okta = organisation.connection("okta")
        for kind in KINDS:
            # Somebody of their own: one profile has a second factor set up, which is asked for from then on.
            person = organisation.pushed_person(okta, f"ada.lovelace@kind-{KINDS.index(kind)}.example")
            name = " ".join(kind[:4]) + (" bound" if kind[4] else "")
            with cases.case(f"{name}: the flow came to its end"):
                converse(cases, name, "openid_client.mjs", flow_settings(organisation, person, kind), person)
    open_to = {"DOORWARD_DYNAMIC_REGISTRATION": "true", "DOORWARD_OPERATOR_TOKEN_FILE": "operator.token"}
    server = Server("openid-client-registration", environment=open_to)
    (server.directory / "operator.token").write_text(OPERATOR_TOKEN)
    with server:
        register_itself(cases, server)
        let_in(cases, server)
        hand_on(cases, server)
    cases.finish()


def register_itself(cases: Cases, server: Server) -> None:
    """An application that nobody made, with the token of the operator."""
    person = Organisation(server, "acme").local_person("ada@acme.example", "viewer")
    settings = {"issuer": server.url, "redirect_uri": REDIRECT, "token": OPERATOR_TOKEN, "org_slug": "acme", "name": "Ada"}
    with cases.case("registered by itself: the flow came to its end"):
        converse(cases, "registered by itself", "registers_itself.mjs", settings, person)


def let_in(cases: Cases, server: Server) -> None:
    """A device without a browser, which the person lets in with another."""
    organisation = Organisation(server, "globex")
    person = organisation.local_person("grace@globex.example", "viewer")
    named = ["--org", organisation.slug, "--name", "Television", "--auth-method", "none", "--device-grant"]
    made = server.cli("client", "create", *named)
    until = [f"{server.url}/device?outcome=allowed"]
    settings = {"issuer": server.url, "client_id": made["client_id"], "name": "Grace", "until": until}
    with cases.case("a device: the flow came to its end"):
        converse(cases, "a device", "device.mjs", settings, person)


def hand_on(cases: Cases, server: Server) -> None:
    """A token that an application hands to a resource server, which goes on with it to another."""
    organisation = Organisation(server, "initech")
    person = organisation.local_person("joan@initech.example", "viewer")
    gateway, ledger = "https://gateway.example", "https://ledger.example/api"

    def made(name: str, *named: str) -> dict[str, Any]:
        own = ["--org", organisation.slug, "--name", name, "--redirect-uri", REDIRECT, "--first-party", *named]
        told = server.cli("client", "create", *own, "--id-token-alg", "ES256")
        return {name: told[name] for name in ("client_id", "client_secret", "resource")}

    settings = {
        "issuer": server.url,
        "redirect_uri": REDIRECT,
        "portal": made("Portal", "--audience", gateway),
        "gateway": made("Gateway", "--resource", gateway, "--audience", ledger),
        "ledger": made("Ledger", "--resource", ledger),
    }
    with cases.case("handed on: the flow came to its end"):
        converse(cases, "handed on", "exchange.mjs", settings, person)


if __name__ == "__main__":
    main()
