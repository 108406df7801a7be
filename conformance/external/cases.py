"""Counts what a script has shown, prints it as it goes, and turns the count into an exit code.

The last line that a script prints is `cases: N passed, N failed`; conformance/run adds these lines up.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn


class Failed(Exception):
    """A case is not as it should be; the message says what was expected and what came."""


class Cases:
    """The cases of one script."""

    def __init__(self, suite: str) -> None:
        self.suite = suite
        self.passed = 0
        self.failed = 0

    @contextmanager
    def case(self, name: str) -> Iterator[None]:
        """Runs its block as one case; an exception fails the case and the script goes on."""
        try:
            yield
        except Exception as error:  # every kind of failure of a case is a failed case
            self.record(name, False, f"{type(error).__name__}: {error}")
        else:
            self.record(name, True)

    def record(self, name: str, passed: bool, detail: str = "") -> None:
        """Notes one case."""
        self.passed += passed
        self.failed += not passed
        mark = "ok  " if passed else "FAIL"
        print(f"  {mark} {self.suite}: {name}{' - ' + detail if detail else ''}", flush=True)

    def finish(self) -> NoReturn:
        """Prints the count and ends the script; no case at all is a failure too."""
        if self.passed + self.failed == 0:
            self.record("at least one case ran", False)
        print(f"cases: {self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(1 if self.failed else 0)


def check(holds: bool, sentence: str) -> None:
    """Fails the case with the sentence unless it holds."""
    if not holds:
        raise Failed(sentence)


def equal(actual: object, expected: object, what: str) -> None:
    """Fails the case unless both are the same."""
    check(actual == expected, f"{what}: expected {expected!r}, got {actual!r}")


def milliseconds_until(happened: Callable[[], bool], since: float, limit: float) -> float:
    """Asks until the answer is yes and returns the milliseconds from `since`; gives up `limit` seconds after it."""
    while True:
        if happened():
            return (time.monotonic() - since) * 1000
        if time.monotonic() - since > limit:
            raise Failed(f"not after {limit} s")
        time.sleep(0.01)
