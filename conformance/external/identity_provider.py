"""Starts identity_provider.mjs, which is Okta or Entra for a test, and tells it what to do."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from cases import check
from doorward import WORK, free_port


class IdentityProvider:
    """One identity provider on this machine."""

    def __init__(self, kind: str, client: dict[str, Any], people: dict[str, Any], tenant: str = "") -> None:
        # another name than that of the server, or a browser would mix their cookies up
        settings = {"kind": kind, "host": "localhost", "port": free_port(), "tenant": tenant}
        program = json.dumps(settings | {"client": client, "people": people})
        directory = WORK / "data"
        directory.mkdir(parents=True, exist_ok=True)
        self._log = (directory / f"{kind}.log").open("ab")
        self._process = subprocess.Popen(
            ["node", "identity_provider.mjs"],
            cwd=WORK / "node",
            env=os.environ | {"DOORWARD_PROVIDER": program},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self.issuer: str = self._heard()["issuer"]

    def tell(self, command: str, **given: Any) -> dict[str, Any]:
        """Gives a command and returns what it comes to."""
        print(json.dumps({"command": command} | given), file=self._process.stdin, flush=True)
        return self._heard()

    def _heard(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        check(bool(line), f"the identity provider has ended; see {self._log.name}")
        heard: dict[str, Any] = json.loads(line)
        return heard

    def __enter__(self) -> IdentityProvider:
        return self

    def __exit__(self, *failure: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._log.close()
