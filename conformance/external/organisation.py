"""An organisation to test with: made by command line, filled by SCIM, as an operator and an identity provider would."""

from __future__ import annotations

from typing import Any

from doorward import Server
from scim import Scim
from signin import Person

PASSWORD = "nine purple lanterns over 47 quiet harbours"


class Organisation:
    """One organisation of a running server."""

    def __init__(self, server: Server, slug: str, *arguments: str) -> None:
        self.server = server
        self.slug = slug
        server.cli("org", "create", "--slug", slug, "--name", slug.capitalize(), *arguments)

    def connection(self, kind: str = "generic", *arguments: str) -> Scim:
        """Creates a connection and returns a SCIM client with its token."""
        named = ["--org", self.slug, "--kind", kind, "--name", kind, "--requests-per-second", "0"]
        made = self.server.cli("connection", "create", *named, *arguments)
        return Scim(made["scim_base_url"], made["token"])

    def client(self, name: str, redirect_uri: str, *arguments: str) -> dict[str, Any]:
        """Registers an application."""
        named = ["--org", self.slug, "--name", name, "--redirect-uri", redirect_uri]
        made: dict[str, Any] = self.server.cli("client", "create", *named, *arguments)
        return made

    def pushed_person(self, scim: Scim, user_name: str) -> Person:
        """Pushes a person in by SCIM and gives them a password by command line."""
        given, family = user_name.split("@")[0].split(".")
        user = scim.create_user(
            user_name,
            externalId=f"00u-{user_name}",
            displayName=f"{given.capitalize()} {family.capitalize()}",
            name={"givenName": given.capitalize(), "familyName": family.capitalize()},
            emails=[{"value": user_name, "type": "work", "primary": True}],
        )
        self.set_password(user_name, PASSWORD)
        return Person(user_name, PASSWORD, user["id"])

    def local_person(self, user_name: str, role: str) -> Person:
        """Makes a user who signs in here and whom no identity provider manages."""
        named = ["--org", self.slug, "--user-name", user_name, "--display-name", user_name.split("@")[0].capitalize()]
        made = self.server.cli("user", "create", *named, "--role", role, "--password-stdin", stdin=PASSWORD)
        return Person(user_name, PASSWORD, made["id"])

    def set_password(self, user_name: str, password: str) -> None:
        """Gives a user a permanent password."""
        named = ["--org", self.slug, "--user-name", user_name]
        self.server.cli("user", "set-password", *named, "--password-stdin", stdin=password)
