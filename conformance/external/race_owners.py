"""FT-17: two owners lose their role at the same moment, on two servers with one PostgreSQL, and one always stays.

Each round picks how each of the two loses it: the API sets another role, SCIM takes the role away, or SCIM deactivates
the person (on a connection that refuses this for the last owner). The two requests leave at once, to different servers.
One wins, the other is answered 409, and the organisation is never without an owner.

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

import requests

from cases import Cases, check
from doorward import WORK, Postgres, Server
from organisation import Organisation
from scim import Scim, deactivation, patch_body

ROUNDS = 200
OWNER = "owner"
VIEWER = "viewer"


@dataclass
class Owner:
    """One of the two."""

    name: str
    id: str


@dataclass
class Node:
    """One of the two servers, as the operator and as the identity provider see it."""

    url: str
    operator: dict[str, str]
    scim: Scim

    def set_role(self, owner: Owner, role: str) -> int:
        """PUTs the role of a user."""
        url = f"{self.url}/api/v1/users/{owner.id}/role"
        return requests.put(url, json={"role": role}, headers=self.operator, timeout=30).status_code

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
    """One way to lose the role; it needs the role to come from a certain source."""

    name: str
    by_scim_role: bool
    take: Callable[[Node, Owner], int]


DEEDS = [
    Deed("API role", False, lambda node, owner: node.set_role(owner, VIEWER)),
    Deed("SCIM roles", True, lambda node, owner: node.set_scim_roles(owner)),
    Deed("SCIM active:false", False, lambda node, owner: node.set_active(owner, False)),
]


def restore(node: Node, owner: Owner, deed: Deed) -> None:
    """Makes the user an owner again, from the source that the next deed needs."""
    steps = [node.set_active(owner, True), node.set_role(owner, OWNER)]
    if deed.by_scim_role:
        steps += [node.set_scim_roles(owner, OWNER), node.set_role(owner, VIEWER)]
    else:
        steps += [node.set_scim_roles(owner)]
    check(all(status < 300 for status in steps), f"could not restore {owner.name} for {deed.name}: {steps}")


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


def play_round(nodes: list[Node], owners: list[Owner], deeds: list[Deed]) -> list[int]:
    """Restores both and lets both lose the role at once."""
    for owner, deed in zip(owners, deeds, strict=True):
        restore(nodes[0], owner, deed)
    # the sockets of both are open already, so that the two requests leave together
    return at_once(
        lambda: deeds[0].take(nodes[0], owners[0]),
        lambda: deeds[1].take(nodes[1], owners[1]),
    )


def play(cases: Cases, organisation: Organisation, nodes: list[Node], owners: list[Owner], seed: int) -> None:
    """All rounds; prints how often each pair of deeds met and who won."""
    chance = random.Random(seed)
    won: Counter[str] = Counter()
    started = time.monotonic()
    for number in range(1, ROUNDS + 1):
        deeds = chance.choices(DEEDS, k=2)
        chance.shuffle(nodes)
        names = " against ".join(deed.name for deed in deeds)
        with cases.case(f"FT-17 round {number}: {names}"):
            statuses = play_round(nodes, owners, deeds)
            left = owners_now(organisation)
            check(len(left) == 1, f"owners afterwards: {left}, answers {statuses}")
            check(sorted(status < 300 or status for status in statuses) == [True, 409], f"answers {statuses}")
            won[f"{names}: {'first' if statuses[0] < 300 else 'second'} won"] += 1
    for line in sorted(won):
        print(f"    {line:<60}{won[line]:>4}")
    print(f"  seed {seed}, {ROUNDS} rounds in {time.monotonic() - started:.0f} s")


def node(server: Server, public: Server, operator_token: str, scim: Scim) -> Node:
    """One server, called as a proxy in front of both would call it: by the public name."""
    host = public.url.removeprefix("http://")
    operator = {"Authorization": f"Bearer {operator_token}", "Host": host}
    return Node(server.url, operator, Scim(scim.base_url.replace(public.url, server.url), scim.token, host))


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
        scim = organisation.connection("generic", "--protected-roles", "--last-holder", "refuse")
        people = [organisation.pushed_person(scim, f"{name}@race.example") for name in ("ann.chow", "bob.diaz")]
        owners = [Owner(person.user_name, person.id) for person in people]
        nodes = [node(server, one, token, scim) for server in (one, two)]
        play(cases, organisation, nodes, owners, seed)


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
