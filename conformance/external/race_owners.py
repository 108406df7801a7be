"""FT-17: two owners lose their role at the same moment, on two servers with one PostgreSQL, and one always stays.

Each round picks how each of the two loses it: the operator sets another role by API, the other owner does so with an
access token of their own, SCIM takes the role away, or SCIM deactivates the person (on a connection that refuses this
for the last owner). The two requests leave at once, to different servers. One wins, the other is answered 409 (or is
refused because the one who asks has just lost the right to), and the organisation is never without an owner.

`race_owners.py --seed K` repeats the choices of a run.
"""

from __future__ import annotations

import argparse
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session

from authlib_flow import discover
from cases import Cases, check
from doorward import WORK, Postgres, Server
from organisation import Organisation
from scim import Scim, deactivation, patch_body
from signin import FormBrowser, Person

ROUNDS = 200
OWNER = "owner"
VIEWER = "viewer"


REDIRECT = "http://127.0.0.1:9/callback"


@dataclass
class Owner:
    """One of the two, with an access token of scope `api` that is replaced when it has died with a deactivation."""

    person: Person
    id: str
    token: str = ""


@dataclass
class Node:
    """One of the two servers, as the operator and as the identity provider see it."""

    url: str
    host: str
    operator: str
    scim: Scim

    def set_role(self, owner: Owner, role: str, token: str | None = None) -> int:
        """PUTs the role of a user, as the operator unless another token is given."""
        headers = {"Authorization": f"Bearer {token or self.operator}", "Host": self.host}
        url = f"{self.url}/api/v1/users/{owner.id}/role"
        return requests.put(url, json={"role": role}, headers=headers, timeout=30).status_code

    def is_alive(self, owner: Owner) -> bool:
        """Whether the owner's own token is still accepted."""
        headers = {"Authorization": f"Bearer {owner.token}", "Host": self.host}
        return requests.get(f"{self.url}/oauth2/userinfo", headers=headers, timeout=30).ok

    def set_scim_roles(self, owner: Owner, *roles: str) -> int:
        """Replaces the roles that the identity provider gives."""
        values = [{"value": role, "primary": number == 0} for number, role in enumerate(roles)]
        body = patch_body({"op": "replace", "path": "roles", "value": values})
        return self.scim.send("PATCH", f"Users/{owner.id}", body).status_code

    def set_active(self, owner: Owner, active: bool) -> int:
        """Switches a user on or off, as Okta does."""
        operation = {"op": "replace", "value": {"active": True}} if active else deactivation()
        return self.scim.send("PATCH", f"Users/{owner.id}", patch_body(operation)).status_code


@dataclass
class Deed:
    """One way to lose the role, and what the way needs."""

    name: str
    take: Callable[[Node, Owner, Owner], int]
    needs_scim_role: bool = False
    needs_token_of_other: bool = False


DEEDS = [
    Deed("API by the operator", lambda node, owner, _: node.set_role(owner, VIEWER)),
    Deed(
        "API by the other owner",
        lambda node, owner, other: node.set_role(owner, VIEWER, other.token),
        needs_token_of_other=True,
    ),
    Deed("SCIM roles", lambda node, owner, _: node.set_scim_roles(owner), needs_scim_role=True),
    Deed("SCIM active:false", lambda node, owner, _: node.set_active(owner, False)),
]


def restore(node: Node, owner: Owner, deed: Deed) -> None:
    """Makes the user an owner again, from the source that the next deed needs."""
    steps = [node.set_active(owner, True), node.set_role(owner, OWNER)]
    if deed.needs_scim_role:
        steps += [node.set_scim_roles(owner, OWNER), node.set_role(owner, VIEWER)]
    else:
        steps += [node.set_scim_roles(owner)]
    check(all(status < 300 for status in steps), f"could not restore {owner.person.user_name} for {deed.name}: {steps}")


def at_once(first: Callable[[], int], second: Callable[[], int]) -> list[int]:
    """Runs both at the same moment and returns their statuses."""
    start = threading.Barrier(2)
    statuses = [0, 0]

    def run(place: int, deed: Callable[[], int]) -> None:
        start.wait()
        statuses[place] = deed()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate((first, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def owners_now(organisation: Organisation) -> list[str]:
    """Who is an owner and may sign in, as the command line tells it."""
    users = organisation.server.cli("user", "list", "--org", organisation.slug)
    return [user["user_name"] for user in users if user["role"] == OWNER and user["status"] == "active"]


def access_token(organisation: Organisation, client: dict[str, Any], person: Person) -> str:
    """What a program of this person gets: an access token of scope `api`, through the real sign-in."""
    metadata = discover(organisation.server.url)
    session = OAuth2Session(
        client["client_id"],
        client["client_secret"],
        scope="openid api",
        redirect_uri=REDIRECT,
        code_challenge_method="S256",
        **metadata,
    )
    verifier = generate_token(64)
    url, state = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
    callback = FormBrowser().visit(url, person, [REDIRECT])
    token = session.fetch_token(authorization_response=callback.url, state=state, code_verifier=verifier)
    return str(token["access_token"])


def is_refusal(status: int, deed: Deed) -> bool:
    """Whether the loser was refused for the right reason."""
    return status == 409 or (deed.needs_token_of_other and status in (401, 403))


@dataclass
class Race:
    """The organisation with its two owners, and the two servers."""

    organisation: Organisation
    client: dict[str, Any]
    nodes: list[Node]
    owners: list[Owner]

    def play_round(self, deeds: list[Deed]) -> list[int]:
        """Restores both and lets both lose the role at once."""
        one, two = self.owners
        for owner, deed in zip(self.owners, deeds, strict=True):
            restore(self.nodes[0], owner, deed)
        for other, deed in ((two, deeds[0]), (one, deeds[1])):
            if deed.needs_token_of_other and not self.nodes[0].is_alive(other):
                other.token = access_token(self.organisation, self.client, other.person)
        return at_once(
            lambda: deeds[0].take(self.nodes[0], one, two),
            lambda: deeds[1].take(self.nodes[1], two, one),
        )


def play(cases: Cases, race: Race, seed: int) -> None:
    """All rounds; prints how often each pair of deeds met and who won."""
    chance = random.Random(seed)
    won: Counter[str] = Counter()
    started = time.monotonic()
    for number in range(1, ROUNDS + 1):
        deeds = chance.choices(DEEDS, k=2)
        chance.shuffle(race.nodes)
        names = " against ".join(deed.name for deed in deeds)
        with cases.case(f"FT-17 round {number}: {names}"):
            statuses = race.play_round(deeds)
            left = owners_now(race.organisation)
            check(len(left) == 1, f"owners afterwards: {left}, answers {statuses}")
            losers = [place for place, status in enumerate(statuses) if status >= 300]
            check(len(losers) == 1, f"answers {statuses}")
            check(is_refusal(statuses[losers[0]], deeds[losers[0]]), f"answers {statuses}")
            won[f"{names}: the {'second' if losers == [0] else 'first'} won"] += 1
    for line in sorted(won):
        print(f"    {line:<80}{won[line]:>4}")
    print(f"  seed {seed}, {ROUNDS} rounds in {time.monotonic() - started:.0f} s")


def node(server: Server, public: Server, operator_token: str, scim: Scim) -> Node:
    """One server, called as a proxy in front of both would call it: by the public name."""
    host = public.url.removeprefix("http://")
    behind = Scim(scim.base_url.replace(public.url, server.url), scim.token, host)
    return Node(server.url, host, operator_token, behind)


def run(cases: Cases, url: str, seed: int) -> None:
    """Two servers on the database, an organisation with two owners, and the rounds."""
    token = secrets.token_urlsafe(32)
    token_file = WORK / "data" / "operator.token"
    token_file.parent.mkdir(parents=True, exist_ok=True)
    token_file.touch(mode=0o600)
    token_file.write_text(token)
    environment = {"DOORWARD_OPERATOR_TOKEN_FILE": str(token_file)}
    with (
        Server("race-one", database=url, environment=environment) as one,
        Server("race-two", node_of=one, environment=environment) as two,
    ):
        organisation = Organisation(one, "race")
        founder = organisation.local_person("founder@race.example", OWNER)
        scim = organisation.connection("generic", "--protected-roles", "--last-holder", "refuse")
        people = [organisation.pushed_person(scim, f"{name}@race.example") for name in ("ann.chow", "bob.diaz")]
        owners = [Owner(person, person.id) for person in people]
        nodes = [node(server, one, token, scim) for server in (one, two)]
        # a connection gets hold of protected roles only while somebody outside it is an owner; the race wants just two
        check(all(nodes[0].set_role(owner, OWNER) == 200 for owner in owners), "the two could not be made owners")
        check(nodes[0].set_role(Owner(founder, founder.id), VIEWER) == 200, "the founder could not step down")
        client = organisation.client("race", REDIRECT, "--scope", "openid api", "--first-party")
        play(cases, Race(organisation, client, nodes, owners), seed)


def main() -> None:
    """Reads the seed and plays."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    seed = parser.parse_args().seed
    print(f"  race_owners.py --seed {seed}", flush=True)
    cases = Cases("two owners")
    with Postgres() as postgres:
        run(cases, postgres.database("race"), seed)
    cases.finish()


if __name__ == "__main__":
    main()
