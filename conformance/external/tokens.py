"""Personal tokens: made in the browser, and shown to the API."""

from __future__ import annotations

import requests

from person import Person


def new_token(person: Person, name: str = "nightly") -> str:
    """A personal token, made on the own pages."""
    person.open("/account")
    person.go("link", "Tokens")
    person.go("link", "New token")
    person.fill("Name", name)
    person.go("button", "Make token")
    return person.find("code").text()


def asked_with(person: Person, token: str) -> int:
    """What the API answers somebody who shows this token."""
    head = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{person.url}/api/v1/me", headers=head, timeout=10).status_code
