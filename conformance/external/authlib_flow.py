"""One complete OpenID Connect flow with the unmodified Authlib client, and its ID token checked with joserfc."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from cases import Cases, Failed, check, equal
from doorward import Server
from organisation import Organisation
from signin import FormBrowser, Person

REDIRECT = "http://127.0.0.1:9/callback"
AFTER_LOGOUT = "http://127.0.0.1:9/bye"
SCOPE = "openid profile email roles offline_access"


class Flow:
    """One application, one person, one browser."""

    def __init__(self, organisation: Organisation, person: Person, algorithm: str) -> None:
        arguments = ["--post-logout-redirect-uri", AFTER_LOGOUT, "--id-token-alg", algorithm]
        client = organisation.client(f"Authlib {algorithm}", REDIRECT, *arguments)
        self.algorithm = algorithm
        self.person = person
        self.browser = FormBrowser()
        self.metadata = discover(organisation.server.url)
        self.session = OAuth2Session(
            client["client_id"],
            client["client_secret"],
            scope=SCOPE,
            redirect_uri=REDIRECT,
            code_challenge_method="S256",
            **self.metadata,
        )

    def code(self, nonce: str, verifier: str, **extra: str) -> str:
        """Sends the person through the pages and returns the URL that came back."""
        endpoint = self.metadata["authorization_endpoint"]
        url, state = self.session.create_authorization_url(endpoint, code_verifier=verifier, nonce=nonce, **extra)
        callback = self.browser.visit(url, self.person, [REDIRECT])
        answer = parse_qs(urlsplit(callback.url).query)
        equal(answer.get("state"), [state], "state")
        equal(answer.get("iss"), [self.metadata["issuer"]], "iss")
        return callback.url

    def sign_in(self) -> dict[str, Any]:
        """Authorize and token; returns the claims of the verified ID token."""
        nonce, verifier = generate_token(32), generate_token(64)
        url = self.code(nonce, verifier)
        token = self.session.fetch_token(authorization_response=url, code_verifier=verifier)
        return self.verified(token, nonce)

    def verified(self, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        """The claims, once signature, algorithm, issuer, audience, times, nonce and at_hash hold."""
        keys = KeySet.import_key_set(requests.get(self.metadata["jwks_uri"], timeout=10).json())
        decoded = jwt.decode(token["id_token"], keys, algorithms=[self.algorithm])
        options = {"iss": {"values": [self.metadata["issuer"]]}, "aud": {"values": [self.session.client_id]}}
        params = {"nonce": nonce, "client_id": self.session.client_id, "access_token": token["access_token"]}
        claims = CodeIDToken(decoded.claims, decoded.header, options, params)
        claims.validate()
        return dict(claims)

    def userinfo(self) -> requests.Response:
        """Asks with the access token the session holds."""
        answer: requests.Response = self.session.get(self.metadata["userinfo_endpoint"])
        return answer


def discover(issuer: str) -> dict[str, Any]:
    """The metadata, which both well-known paths must tell alike."""
    openid = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
    oauth = requests.get(f"{issuer}/.well-known/oauth-authorization-server", timeout=10).json()
    equal(openid["issuer"], issuer, "issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        equal(oauth[name], openid[name], name)
    found: dict[str, Any] = openid
    return found


def refused(error: str, deed: Any) -> None:
    """The deed must end in this OAuth error."""
    try:
        deed()
    except OAuthError as refusal:
        equal(refusal.error, error, "error")
        return
    raise Failed(f"expected {error}, but it was accepted")


def revoke(flow: Flow) -> None:
    """Revokes the refresh token; nothing of its family may be accepted afterwards."""
    refresh = flow.session.token["refresh_token"]
    answer = flow.session.revoke_token(flow.metadata["revocation_endpoint"], refresh, "refresh_token")
    equal(answer.status_code, 200, "status of the revocation")
    equal(flow.userinfo().status_code, 401, "status of userinfo after revocation")
    refused("invalid_grant", lambda: flow.session.refresh_token(refresh_token=refresh))


def rotate(flow: Flow, claims: dict[str, Any]) -> None:
    """Refreshes; the old refresh token is replaced and the new access token works."""
    before = dict(flow.session.token)
    flow.session.refresh_token()
    check(flow.session.token["refresh_token"] != before["refresh_token"], "the refresh token was not rotated")
    check(flow.session.token["access_token"] != before["access_token"], "the access token is the old one")
    equal(flow.userinfo().json()["sub"], claims["sub"], "sub after refresh")


def log_out(flow: Flow, id_token: str) -> None:
    """RP-initiated logout; a silent request afterwards finds nobody."""
    state = generate_token(128)
    query = {"id_token_hint": id_token, "post_logout_redirect_uri": AFTER_LOGOUT, "state": state}
    url = requests.Request("GET", flow.metadata["end_session_endpoint"], params=query).prepare().url
    callback = flow.browser.visit(str(url), flow.person, [AFTER_LOGOUT])
    equal(callback.url, f"{AFTER_LOGOUT}?state={state}", "where the browser is")
    silent = flow.code(generate_token(32), generate_token(64), prompt="none")
    equal(parse_qs(urlsplit(silent).query).get("error"), ["login_required"], "error of a silent request")


def whole_flow(cases: Cases, organisation: Organisation, person: Person, algorithm: str) -> None:
    """Discovery to logout with one signing algorithm."""
    flow = Flow(organisation, person, algorithm)
    claims: dict[str, Any] = {}
    with cases.case(f"{algorithm}: discovery, authorize, token; the ID token verifies through the JWKS"):
        claims = flow.sign_in()
        equal(claims.get("org_slug"), organisation.slug, "org_slug")
    if not claims:
        return
    id_token = flow.session.token["id_token"]
    with cases.case(f"{algorithm}: userinfo tells the person that SCIM pushed"):
        equal(flow.userinfo().json()["email"], person.user_name, "email")
    with cases.case(f"{algorithm}: introspection knows the access token"):
        endpoint = flow.metadata["introspection_endpoint"]
        answer = flow.session.introspect_token(endpoint, flow.session.token["access_token"])
        equal(answer.json().get("active"), True, "active")
    with cases.case(f"{algorithm}: refresh rotates"):
        rotate(flow, claims)
    with cases.case(f"{algorithm}: revoke ends access and refresh token"):
        revoke(flow)
    with cases.case(f"{algorithm}: logout returns with its state and ends the session"):
        log_out(flow, id_token)


def main() -> None:
    """Both signing algorithms, each with a fresh browser."""
    cases = Cases("Authlib")
    with Server("authlib") as server:
        organisation = Organisation(server, "acme")
        person = organisation.pushed_person(organisation.connection("entra"), "grace.hopper@acme.example")
        for algorithm in ("RS256", "ES256"):
            whole_flow(cases, organisation, person, algorithm)
    cases.finish()


if __name__ == "__main__":
    main()
