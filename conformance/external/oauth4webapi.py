"""Plays the person in front of oauth4webapi.mjs, on both databases: each kind of client, and what each must not be able to do."""

from __future__ import annotations

from typing import NamedTuple

from cases import Cases
from doorward import Postgres, Server
from openid_client import REDIRECT, converse, flow_settings
from organisation import Organisation


class Kind(NamedTuple):
    """How an application authenticates, is answered and gets its tokens."""

    auth_method: str
    response_mode: str
    signing_algorithm: str
    profile: str = "standard"
    proof_algorithm: str = ""
    """What its proofs are signed with, where its tokens are bound to a key."""
    pushes: bool = True
    access_token_format: str = "opaque"


KINDS = [
    Kind("client_secret_basic", "query", "RS256", pushes=False, access_token_format="jwt"),
    Kind("client_secret_post", "form_post", "PS256", proof_algorithm="Ed25519", access_token_format="jwt"),
    Kind("private_key_jwt", "form_post", "ES256", "ipsie-sl1"),
    Kind("none", "query", "EdDSA", proof_algorithm="ES256"),
    Kind("private_key_jwt", "query", "ES256", "fapi2", proof_algorithm="PS256", access_token_format="jwt"),
]


def show(cases: Cases, database: str, server: Server) -> None:
    """Each kind of client once, with a person and a browser of its own, and an application that none of it is meant for."""
    organisation = Organisation(server, "acme")
    okta = organisation.connection("okta")
    stranger = organisation.client("Stranger", REDIRECT) | {"redirect_uri": f"{REDIRECT}/of-a-stranger"}
    for kind in KINDS:
        bound = "bound " if kind.proof_algorithm else ""
        name = f"{database}: {kind.auth_method} {kind.response_mode} {kind.signing_algorithm} {bound}{kind.profile}"
        with cases.case(f"{name}: the flow came to its end"):
            # One profile has a second factor set up, which is asked for from then on.
            person = organisation.pushed_person(okta, f"ada.lovelace@kind-{KINDS.index(kind)}.example")
            known = (kind.auth_method, kind.response_mode, kind.signing_algorithm, kind.profile, bool(kind.proof_algorithm))
            settings = flow_settings(organisation, person, known, "--access-token-format", kind.access_token_format)
            converse(cases, name, "oauth4webapi.mjs", kind._asdict() | settings | {"stranger": stranger}, person)


def main() -> None:
    """Both databases, one after the other."""
    cases = Cases("oauth4webapi")
    with Server("oauth4webapi-sqlite") as server:
        show(cases, "SQLite", server)
    with Postgres() as postgres, Server("oauth4webapi-postgres", database=postgres.database("oauth4webapi")) as server:
        show(cases, "PostgreSQL", server)
    cases.finish()


if __name__ == "__main__":
    main()
