"""AU-02, AU-03, OP-08: from how long an answer takes nobody can tell whether a name exists, why it is refused, or how near a
token is to one that counts.

Six kinds of name are refused a sign-in 200 times each, one after another in random order, a link to a new password is asked for
as often for five of them, and so is userinfo with five kinds of tokens that do not count. Within a round the medians must lie within 5 ms, and a rank test must not tell one kind
from the others (p > 0.01 for all kinds together). What else the machine does can slow down some tries, never the same kind in
three rounds: only that fails.
"""

from __future__ import annotations

import math
import random
import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Protocol
from urllib.parse import urljoin

import requests

from authlib_flow import Flow, Kind
from cases import Cases, check
from doorward import Server
from organisation import PASSWORD, Organisation
from scim import Scim, deactivation
from signin import FormReader, HtmlForm

BLOCKS = 40
TRIES_A_BLOCK = 5
ROUNDS = 3
MEDIANS_WITHIN_MS = 5.0
P_AT_LEAST = 0.01
WRONG = "a wrong password of some length"
KINDS = ("unknown", "wrong password", "SSO", "pending", "deactivated", "waiting")
FORGETFUL = KINDS[:5]
BENT = ("unknown", "cut", "grown", "changed", "of another kind")


def form_of(page: requests.Response) -> HtmlForm:
    """The form of a sign-in page."""
    reader = FormReader()
    reader.feed(page.text)
    return next(form for form in reader.forms if form.ids & {"username", "password"})


def stranger() -> requests.Session:
    """A browser that was never seen before, at such an address."""
    browser = requests.Session()
    browser.headers["X-Forwarded-For"] = ".".join(str(random.randint(1, 250)) for _ in range(4))
    return browser


def sent(browser: requests.Session, page: requests.Response, **fields: str) -> requests.Response:
    """The answer to the form of a page."""
    form = form_of(page)
    return browser.post(urljoin(page.url, form.action), data=form.fields | fields, timeout=30)


def answered_in_ms(browser: requests.Session, page: requests.Response, status: int, **fields: str) -> float:
    """How long the answer to the form of a page takes, which must have this status."""
    began = time.monotonic()
    answer = sent(browser, page, **fields)
    took = (time.monotonic() - began) * 1000
    check(answer.status_code == status, f"{fields}: {answer.status_code}")
    return took


def asked_in_ms(server: Server, user_name: str) -> float:
    """How long the answer takes to somebody who asks for a link to a new password."""
    browser = stranger()
    return answered_in_ms(browser, browser.get(f"{server.url}/forgot", timeout=30), 200, username=user_name)


def refused_in_ms(server: Server, user_name: str) -> float:
    """How long the answer to a wrong password takes."""
    browser = stranger()
    page = sent(browser, browser.get(f"{server.url}/sign-in", timeout=30), username=user_name)
    return answered_in_ms(browser, page, 422, password=WRONG)


def userinfo_in_ms(server: Server, token: str) -> float:
    """How long it takes to say that a token does not count."""
    began = time.monotonic()
    answer = requests.get(f"{server.url}/oauth2/userinfo", headers={"Authorization": f"Bearer {token}"}, timeout=30)
    took = (time.monotonic() - began) * 1000
    check(answer.status_code == 401, f"{token}: {answer.status_code}")
    return took


class Made(Protocol):
    """What there is to try with."""

    def block(self, kinds: tuple[str, ...]) -> dict[str, str]:
        """One of each kind."""


class Tokens:
    """Makes tokens that do not count of one that does."""

    def __init__(self, server: Server) -> None:
        organisation = Organisation(server, "timing")
        flow = Flow(organisation, organisation.local_person("ada@timing.example", "owner"), Kind("ES256"))
        flow.sign_in()
        self._token = str(flow.session.token["access_token"])

    def block(self, kinds: tuple[str, ...]) -> dict[str, str]:
        """One token of each kind."""
        kind_of_token, body = self._token.split("_", 1)
        at, other = random.randrange(len(body)), secrets.token_urlsafe(len(body))[: len(body)]
        made = {
            "unknown": f"{kind_of_token}_{other}",
            "cut": self._token[: -random.randrange(1, len(body))],
            "grown": self._token + other[: random.randrange(1, 9)],
            "changed": f"{kind_of_token}_{body[:at]}{'A' if body[at] != 'A' else 'B'}{body[at + 1 :]}",
            "of another kind": f"dwrt_{body}",
        }
        return {kind: made[kind] for kind in kinds}


class People:
    """Makes people who are never told apart, a new one of each kind for each block, so that nobody waits but `waiting`."""

    def __init__(self, server: Server) -> None:
        organisation = Organisation(server, "timing")
        self.server = server
        self._here = organisation.connection("okta", "--breaker", "off")
        self._elsewhere = organisation.connection("generic", "--issuer", "https://idp.example", "--client-id", "doorward")
        self._made = 0

    def block(self, kinds: tuple[str, ...]) -> dict[str, str]:
        """One name of each kind; somebody waits only where that is one of them."""
        self._made += 1
        names = {kind: f"{kind.replace(' ', '-').lower()}.{self._made}@timing.example" for kind in KINDS}
        self._push(self._here, names["wrong password"], password=PASSWORD)
        self._push(self._elsewhere, names["SSO"])
        self._push(self._here, names["pending"])
        gone = self._push(self._here, names["deactivated"], password=PASSWORD)
        self._here.patch(f"Users/{gone}", deactivation())
        self._push(self._here, names["waiting"], password=PASSWORD)
        for _ in range(5 if "waiting" in kinds else 0):
            refused_in_ms(self.server, names["waiting"])
        return names

    @staticmethod
    def _push(scim: Scim, user_name: str, **attributes: str) -> str:
        return str(scim.create_user(user_name, displayName="Somebody", externalId=user_name, **attributes)["id"])


Try = Callable[[Server, str], float]


def measured(server: Server, made: Made, kinds: tuple[str, ...], attempt: Try) -> dict[str, list[float]]:
    """The times of one round by kind, in milliseconds."""
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(BLOCKS):
        names = made.block(kinds)
        for kind in random.sample(kinds * TRIES_A_BLOCK, len(kinds) * TRIES_A_BLOCK):
            times[kind].append(attempt(server, names[kind]))
    return times


def p_of_ranks(one: list[float], others: list[float]) -> float:
    """The two-sided p of the rank-sum test (normal approximation): how likely such a difference is by chance."""
    ranks = {value: rank for rank, value in enumerate(sorted(one + others), start=1)}
    u = sum(ranks[value] for value in one) - len(one) * (len(one) + 1) / 2
    mean = len(one) * len(others) / 2
    deviation = math.sqrt(mean * (len(one) + len(others) + 1) / 6)
    return math.erfc(abs(u - mean) / deviation / math.sqrt(2))


def told_apart(times: dict[str, list[float]]) -> Iterator[str]:
    """The kinds that this round can tell from the others."""
    middle = statistics.median(value for values in times.values() for value in values)
    for kind, values in times.items():
        others = [value for other, theirs in times.items() if other != kind for value in theirs]
        p, median = p_of_ranks(values, others), statistics.median(values)
        print(f"  {kind}: median {median:.2f} ms of {middle:.2f} ms, p {p:.3f}", flush=True)
        if p < P_AT_LEAST / len(times) or abs(median - middle) > MEDIANS_WITHIN_MS / 2:
            yield kind


def tell_nothing(server: Server, made: Made, kinds: tuple[str, ...], attempt: Try) -> None:
    """Fails when up to three rounds tell the same kind apart."""
    suspects = set(kinds)
    for number in range(1, ROUNDS + 1):
        print(f"  round {number}", flush=True)
        suspects &= set(told_apart(measured(server, made, kinds, attempt)))
        if not suspects:
            break
    check(not suspects, f"told apart in each of {ROUNDS} rounds: {', '.join(sorted(suspects))}")


def main() -> None:
    """Each in a server of its own."""
    cases = Cases("timing")
    tries: tuple[tuple[str, Callable[[Server], Made], tuple[str, ...], Try], ...] = (
        ("AU-02 the time of a refusal tells nothing", People, KINDS, refused_in_ms),
        ("AU-03 the time of an answer to whoever has forgotten a password tells nothing", People, FORGETFUL, asked_in_ms),
        ("OP-08 the time in which a token is refused tells nothing", Tokens, BENT, userinfo_in_ms),
    )
    for name, makes, kinds, attempt in tries:
        with cases.case(name), Server("timing", environment={"DOORWARD_TRUSTED_PROXIES": "127.0.0.1"}) as server:
            tell_nothing(server, makes(server), kinds, attempt)
    cases.finish()


if __name__ == "__main__":
    main()
