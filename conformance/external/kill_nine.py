"""FT-01: the server is killed at random moments under eight SCIM writers; nothing acknowledged is lost or half there.

Each writer owns the users and groups whose names start with its prefix, so what must be there is simple to say: the
world as the writer's last acknowledged request left it, or that world with its one unanswered request applied wholly.
Every acknowledged write is also a line of a ledger that is on disk before the next request is sent.

`kill_nine.py --seed K` repeats the choices of a run; the moments at which requests are answered stay the machine's own.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import requests

from cases import Cases, check, equal
from doorward import CommandFailed, Server
from organisation import Organisation
from scim import GROUP, USER, Scim, patch_body

ROUNDS = 20
WRITERS = 8
USERS_MAX = 40
GROUPS_MAX = 8
READY_SECONDS_MAX = 5.0

UserState: TypeAlias = dict[str, Any]


@dataclass
class World:
    """What one writer's part of the directory holds, by name: never by id, which an unanswered POST does not tell."""

    users: dict[str, UserState] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)


@dataclass
class Write:
    """One request and the world it leads to."""

    method: str
    path: str
    body: dict[str, Any] | None
    after: World


class Ledger:
    """The acknowledged writes of one writer, on disk."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")
        self.lines = 0

    def note(self, write: Write, status: int) -> None:
        """Returns when the line is on disk."""
        line = {"method": write.method, "path": write.path, "status": status, "body": write.body}
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
        os.fdatasync(self._file.fileno())
        self.lines += 1


class Writer:
    """Sends random writes about its own resources until the server is gone."""

    def __init__(self, prefix: str, scim: Scim, seed: int, ledger: Ledger) -> None:
        self.prefix = prefix
        self.scim = scim
        self.ledger = ledger
        self.acknowledged = World()
        self.unanswered: Write | None = None
        self.complaint = ""
        self._random = random.Random(seed)
        self._ids: dict[str, str] = {}
        self._names = 0

    def run(self) -> None:
        """Writes until a request is not answered."""
        while not self.complaint:
            write = self._next_write()
            self.unanswered = write
            try:
                answer = self.scim.send(write.method, write.path, write.body)
            except requests.RequestException:
                return
            if not answer.ok:
                self.complaint = f"{write.method} {write.path} {write.body}: {answer.status_code} {answer.text[:300]}"
                return
            self._acknowledge(write, answer)

    def _acknowledge(self, write: Write, answer: requests.Response) -> None:
        self.ledger.note(write, answer.status_code)
        self.acknowledged = write.after
        self.unanswered = None
        if write.method == "POST":
            made = answer.json()
            self._ids[made.get("userName") or made["displayName"]] = made["id"]

    def _next_write(self) -> Write:
        after = copy.deepcopy(self.acknowledged)
        kinds: list[tuple[int, Callable[[World], Write]]] = []
        kinds += [(4, self._post_user)] if len(after.users) < USERS_MAX else []
        kinds += [(4, self._patch_user), (2, self._put_user), (1, self._delete_user)] if len(after.users) > 5 else []
        kinds += [(2, self._post_group)] if len(after.groups) < GROUPS_MAX and len(after.users) > 5 else []
        kinds += [(5, self._patch_group), (2, self._put_group), (1, self._delete_group)] if after.groups else []
        (chosen,) = self._random.choices([kind for _, kind in kinds], [weight for weight, _ in kinds])
        return chosen(after)

    def _new_name(self, kind: str) -> str:
        self._names += 1
        return f"{self.prefix}-{kind}-{self._names:05}"

    def _profile(self, name: str) -> UserState:
        word = f"{self._random.getrandbits(40):010x}"
        active = self._random.random() < 0.8
        return {"displayName": f"{name} {word}", "title": word, "email": f"{word}@example.com", "active": active}

    def _some(self, names: list[str], at_most: int) -> list[str]:
        return self._random.sample(names, self._random.randint(1, min(at_most, len(names))))

    def _post_user(self, after: World) -> Write:
        name = self._new_name("user")
        after.users[name] = self._profile(name) | {"active": True}
        return Write("POST", "Users", user_body(name, after.users[name]), after)

    def _put_user(self, after: World) -> Write:
        name = self._random.choice(list(after.users))
        after.users[name] = self._profile(name)
        return Write("PUT", f"Users/{self._ids[name]}", user_body(name, after.users[name]), after)

    def _patch_user(self, after: World) -> Write:
        name = self._random.choice(list(after.users))
        profile = after.users[name] = self._profile(name)
        operations = [
            {"op": "replace", "value": {"active": profile["active"], "displayName": profile["displayName"]}},
            {"op": "replace", "path": "title", "value": profile["title"]},
            {"op": "replace", "path": 'emails[type eq "work"].value', "value": profile["email"]},
        ]
        return Write("PATCH", f"Users/{self._ids[name]}", patch_body(*operations), after)

    def _delete_user(self, after: World) -> Write:
        name = self._random.choice(list(after.users))
        del after.users[name]
        for members in after.groups.values():
            members.discard(name)
        return Write("DELETE", f"Users/{self._ids[name]}", None, after)

    def _post_group(self, after: World) -> Write:
        name = self._new_name("group")
        members = self._some(list(after.users), 10)
        after.groups[name] = set(members)
        return Write("POST", "Groups", self._group_body(name, members), after)

    def _put_group(self, after: World) -> Write:
        name = self._random.choice(list(after.groups))
        members = self._some(list(after.users), 10)
        after.groups[name] = set(members)
        return Write("PUT", f"Groups/{self._ids[name]}", self._group_body(name, members), after)

    def _patch_group(self, after: World) -> Write:
        """Takes one member out and several in, in one request, as Okta does."""
        name = self._random.choice(list(after.groups))
        added = self._some(list(after.users), 5)
        operations: list[dict[str, Any]] = []
        if after.groups[name]:
            gone = self._random.choice(sorted(after.groups[name]))
            operations.append({"op": "remove", "path": f'members[value eq "{self._ids[gone]}"]'})
            after.groups[name].discard(gone)
        values = [{"value": self._ids[member]} for member in added]
        operations.append({"op": "add", "path": "members", "value": values})
        after.groups[name] |= set(added)
        return Write("PATCH", f"Groups/{self._ids[name]}", patch_body(*operations), after)

    def _delete_group(self, after: World) -> Write:
        name = self._random.choice(list(after.groups))
        del after.groups[name]
        return Write("DELETE", f"Groups/{self._ids[name]}", None, after)

    def _group_body(self, name: str, members: list[str]) -> dict[str, Any]:
        values = [{"value": self._ids[member]} for member in members]
        return {"schemas": [GROUP], "displayName": name, "members": values}

    def settle(self) -> None:
        """Compares the directory with the ledger and goes on from what is there."""
        found, ids = read_world(self.scim, self.prefix)
        allowed = [self.acknowledged] + ([self.unanswered.after] if self.unanswered else [])
        complaint = self.complaint
        self.acknowledged, self.unanswered, self._ids, self.complaint = found, None, ids, ""
        check(not complaint, f"{self.prefix}: {complaint}")
        check(found in allowed, f"{self.prefix}: {difference(found, allowed)}")


def user_body(name: str, profile: UserState) -> dict[str, Any]:
    """A whole user as it is sent by POST and PUT."""
    return {
        "schemas": [USER],
        "userName": name,
        "displayName": profile["displayName"],
        "title": profile["title"],
        "emails": [{"value": profile["email"], "type": "work", "primary": True}],
        "active": profile["active"],
    }


def read_world(scim: Scim, prefix: str) -> tuple[World, dict[str, str]]:
    """What the server tells about one writer's resources, and their ids."""
    users = scim.every("Users", f'userName sw "{prefix}-"')
    groups = scim.every("Groups", f'displayName sw "{prefix}-"')
    names = {user["id"]: user["userName"] for user in users}
    world = World({user["userName"]: read_user(user) for user in users})
    for group in groups:
        world.groups[group["displayName"]] = {names[member["value"]] for member in group.get("members", [])}
    ids = {name: id for id, name in names.items()}
    return world, ids | {group["displayName"]: group["id"] for group in groups}


def read_user(user: dict[str, Any]) -> UserState:
    """The parts of a user that the writers change."""
    (email,) = [address["value"] for address in user["emails"]]
    kept = {name: user.get(name) for name in ("displayName", "title", "active")}
    return kept | {"email": email}


def difference(found: World, allowed: list[World]) -> str:
    """The names on which the found world differs from each allowed one."""
    told = []
    here: dict[str, Any] = found.users | found.groups
    for world in allowed:
        there: dict[str, Any] = world.users | world.groups
        names = sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))
        told += [f"{name}: found {here.get(name)}, expected {there.get(name)}" for name in names[:5]]
    return "; ".join(told)[:900]


def one_round(server: Server, writers: list[Writer], moment: float) -> float:
    """Lets all write, kills the server in the middle, starts it again and returns the seconds until it was ready."""
    threads = [threading.Thread(target=writer.run, name=writer.prefix) for writer in writers]
    for thread in threads:
        thread.start()
    time.sleep(moment)
    server.kill()
    for thread in threads:
        thread.join()
    started = time.monotonic()
    server.start()
    return time.monotonic() - started


def inspect(server: Server) -> None:
    """The database is sound, to SQLite and to doorward itself."""
    with sqlite3.connect(f"file:{server.database_file}?mode=ro", uri=True) as database:
        equal(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)], "integrity_check")
    try:
        server.cli("fsck")
    except CommandFailed as failure:
        check(False, str(failure))


def play(cases: Cases, server: Server, seed: int) -> None:
    """All rounds."""
    chance = random.Random(seed)
    scim = Organisation(server, "acme").connection("generic", "--breaker", "off")
    ledgers = [Ledger(server.directory / f"ledger-{number}.jsonl") for number in range(WRITERS)]
    writers = [
        Writer(f"w{number}", scim.another(), chance.getrandbits(32), ledger) for number, ledger in enumerate(ledgers)
    ]
    for number in range(1, ROUNDS + 1):
        before = sum(ledger.lines for ledger in ledgers)
        with cases.case(f"FT-01 round {number}: every acknowledged write is there, none is half there"):
            seconds = one_round(server, writers, chance.uniform(0.5, 3.0))
            check(seconds <= READY_SECONDS_MAX, f"ready only after {seconds:.1f} s")
            for writer in writers:
                writer.settle()
            inspect(server)
            check(sum(ledger.lines for ledger in ledgers) > before, "no write was acknowledged in this round")
    print(f"  seed {seed}, {ROUNDS} rounds, {sum(ledger.lines for ledger in ledgers)} acknowledged writes")


def main() -> None:
    """Reads the seed and plays."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    seed = parser.parse_args().seed
    print(f"  kill_nine.py --seed {seed}", flush=True)
    cases = Cases("kill -9")
    with Server("kill-nine") as server:
        play(cases, server, seed)
    cases.finish()


if __name__ == "__main__":
    main()
