"""Complete OpenID Connect flows with the unmodified Authlib client on both databases, and their ID tokens checked with joserfc.

Authlib knows no pushed requests and no proofs of a key (DPoP): where a request is pushed, Authlib writes it and authenticates,
and only the sending is done here.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.integrations.requests_client.oauth2_session import OAuth2ClientAuth
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from cases import Cases, Failed, check, equal
from doorward import Postgres, Server
from organisation import Organisation
from signin import FormBrowser, Person

REDIRECT = "http://127.0.0.1:9/callback"
AFTER_LOGOUT = "http://127.0.0.1:9/bye"
SCOPE = "openid profile email roles offline_access"


class Kind(NamedTuple):
    """How an application asks, and what its ID tokens are signed with."""

    algorithm: str
    auth_method: str = "client_secret_basic"
    pushes: bool = False

    def __str__(self) -> str:
        """How it is called in a case."""
        return f"{self.algorithm}, {self.auth_method}{', pushed' if self.pushes else ''}"


KINDS = [Kind("RS256"), Kind("ES256", pushes=True), Kind("PS256", "private_key_jwt", pushes=True)]


class Assertion(PrivateKeyJWT):  # type: ignore[misc]
    """Authlib's assertion for the issuer; what it signs by itself is for the token endpoint, and good for an hour."""

    def sign(self, auth: OAuth2ClientAuth, token_endpoint: str) -> str:
        """Signs for five minutes at most."""
        del token_endpoint
        for_whom = {"client_id": auth.client_id, "token_endpoint": self.token_endpoint}
        signed: str = private_key_jwt_sign(auth.client_secret, **for_whom, header=self.headers, alg=self.alg, expires_in=60)
        return signed


class Flow:
    """One application, one person, one browser."""

    def __init__(self, organisation: Organisation, person: Person, kind: Kind) -> None:
        arguments = ["--post-logout-redirect-uri", AFTER_LOGOUT, "--id-token-alg", kind.algorithm]
        arguments += ["--auth-method", kind.auth_method]
        arguments += ["--require-pushed-requests"] if kind.pushes else []
        key = ECKey.generate_key("P-256", {"kid": "its own"})
        if kind.auth_method == "private_key_jwt":
            jwks = organisation.server.directory / "authlib.jwks"
            jwks.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
            arguments += ["--jwks", str(jwks)]
        client = organisation.client(f"Authlib {kind}", REDIRECT, *arguments)
        self.kind = kind
        self.person = person
        self.browser = FormBrowser()
        self.metadata = discover(organisation.server.url)
        self.session = OAuth2Session(
            client["client_id"],
            client.get("client_secret", key),
            token_endpoint_auth_method=kind.auth_method,
            revocation_endpoint_auth_method=kind.auth_method,
            scope=SCOPE,
            redirect_uri=REDIRECT,
            code_challenge_method="S256",
            **self.metadata,
        )
        self.header = {"alg": "ES256", "kid": "its own"}
        self.session.register_client_auth_method(Assertion(organisation.server.url, headers=self.header, alg="ES256"))

    def code(self, nonce: str, verifier: str, **extra: str) -> str:
        """Sends the person through the pages and returns the URL that came back."""
        endpoint = self.metadata["authorization_endpoint"]
        url, state = self.session.create_authorization_url(endpoint, code_verifier=verifier, nonce=nonce, **extra)
        callback = self.browser.visit(self.pushed(url) if self.kind.pushes else url, self.person, [REDIRECT])
        answer = parse_qs(urlsplit(callback.url).query)
        equal(answer.get("state"), [state], "state")
        equal(answer.get("iss"), [self.metadata["issuer"]], "iss")
        return callback.url

    def pushed(self, url: str) -> str:
        """The address at which the browser names a request that Authlib has written, once it was left here."""
        answer = self.push(dict(parse_qsl(urlsplit(url).query)), self.kind.auth_method)
        equal(answer.status_code, 201, f"status of the pushed request, {answer.text[:200]}")
        query = {"client_id": self.session.client_id, "request_uri": answer.json()["request_uri"]}
        return f"{self.metadata['authorization_endpoint']}?{urlencode(query)}"

    def push(self, parameters: dict[str, str], auth_method: Any) -> requests.Response:
        """Leaves a request here, authenticated by Authlib."""
        endpoint = self.metadata["pushed_authorization_request_endpoint"]
        authentication = self.session.client_auth(auth_method)
        return requests.post(endpoint, data=parameters, auth=authentication, timeout=10)

    def sign_in(self) -> dict[str, Any]:
        """Authorize and token; returns the claims of the verified ID token."""
        nonce, verifier = generate_token(32), generate_token(64)
        url = self.code(nonce, verifier)
        token = self.session.fetch_token(authorization_response=url, code_verifier=verifier)
        return self.verified(token, nonce)

    def verified(self, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        """The claims, once signature, algorithm, issuer, audience, times, nonce and at_hash hold."""
        keys = KeySet.import_key_set(requests.get(self.metadata["jwks_uri"], timeout=10).json())
        decoded = jwt.decode(token["id_token"], keys, algorithms=[self.kind.algorithm])
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


def refuse_what_authlib_signs_by_itself(flow: Flow) -> None:
    """Its assertions are for the token endpoint and good for an hour; each of the two is too much."""
    parameters = {"response_type": "code", "client_id": flow.session.client_id, "redirect_uri": REDIRECT}
    an_hour = PrivateKeyJWT(flow.metadata["issuer"], headers=flow.header, alg="ES256")
    for_the_endpoint = Assertion(flow.metadata["token_endpoint"], headers=flow.header, alg="ES256")
    for what, assertion in (("an hour", an_hour), ("for the endpoint", for_the_endpoint)):
        answer = flow.push(parameters, assertion)
        equal((answer.status_code, answer.json().get("error")), (401, "invalid_client"), what)


def refuse_a_code_again(flow: Flow) -> None:
    """The second time there is nothing, and the tokens of the first time are gone."""
    verifier = generate_token(64)
    url = flow.code(generate_token(32), verifier)
    flow.session.fetch_token(authorization_response=url, code_verifier=verifier)
    equal(flow.userinfo().status_code, 200, "status of userinfo")
    refused("invalid_grant", lambda: flow.session.fetch_token(authorization_response=url, code_verifier=verifier))
    equal(flow.userinfo().status_code, 401, "status of userinfo after the code came again")


def whole_flow(cases: Cases, database: str, flow: Flow, slug: str) -> None:
    """Discovery to logout with one kind of application."""
    name = f"{database}: {flow.kind}"
    claims: dict[str, Any] = {}
    if flow.kind.auth_method == "private_key_jwt":
        with cases.case(f"{name}: an assertion for an hour, or for the token endpoint, is refused"):
            refuse_what_authlib_signs_by_itself(flow)
    with cases.case(f"{name}: a code that comes again is refused, and ends what it gave"):
        refuse_a_code_again(flow)
    with cases.case(f"{name}: discovery, authorize, token; the ID token verifies through the JWKS"):
        claims = flow.sign_in()
        equal(claims.get("org_slug"), slug, "org_slug")
    if not claims:
        return
    id_token = flow.session.token["id_token"]
    with cases.case(f"{name}: userinfo tells the person that SCIM pushed"):
        equal(flow.userinfo().json()["email"], flow.person.user_name, "email")
    with cases.case(f"{name}: introspection knows the access token"):
        endpoint = flow.metadata["introspection_endpoint"]
        answer = flow.session.introspect_token(endpoint, flow.session.token["access_token"])
        equal(answer.json().get("active"), True, "active")
    with cases.case(f"{name}: refresh rotates"):
        rotate(flow, claims)
    with cases.case(f"{name}: revoke ends access and refresh token"):
        revoke(flow)
    with cases.case(f"{name}: logout returns with its state and ends the session"):
        log_out(flow, id_token)


def show(cases: Cases, database: str, server: Server) -> None:
    """Every kind of application, each with a fresh browser."""
    organisation = Organisation(server, "acme")
    person = organisation.pushed_person(organisation.connection("entra"), "grace.hopper@acme.example")
    for kind in KINDS:
        whole_flow(cases, database, Flow(organisation, person, kind), organisation.slug)


def main() -> None:
    """Both databases, one after the other."""
    cases = Cases("Authlib")
    with Server("authlib-sqlite") as server:
        show(cases, "SQLite", server)
    with Postgres() as postgres, Server("authlib-postgres", database=postgres.database("authlib")) as server:
        show(cases, "PostgreSQL", server)
    cases.finish()


if __name__ == "__main__":
    main()
