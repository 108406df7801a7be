"""Runs scim2-tester, unmodified, against the server on SQLite and on PostgreSQL, in an organisation with a schema of its own.

ERROR, CRITICAL and DEVIATION fail; a check that the tester skips fails as well, unless expectations.toml says why.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import requests
from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import CheckResult, Status, check_server

from cases import Cases
from doorward import Postgres, Server
from organisation import Organisation

EXPECTATIONS = Path(__file__).resolve().parents[1] / "expectations.toml"
OPERATOR_TOKEN = "dwop_of-the-outside-check"
# The tester sets, replaces and removes each of them. There is no decimal and no moment among them, for which it has no values
# of its own, and no list: it adds to the schema as a whole first and takes what it adds to the list then for all of it.
ATTRIBUTES = [
    {"name": "badge", "type": "string", "caseExact": True, "uniqueness": "server"},
    {"name": "desk", "type": "string"},
    {"name": "level", "type": "integer"},
    {"name": "external", "type": "boolean"},
    {"name": "wiki", "type": "reference"},
    {"name": "grade", "type": "string", "mutability": "readOnly"},
]
SCHEMA = {"id": "urn:example:acme:2.0:User", "name": "AcmeUser", "description": "Acme.", "attributes": ATTRIBUTES}
GOOD = {Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE}


def expected_names() -> set[str]:
    """The checks that expectations.toml allows to be skipped or to fail."""
    entries = tomllib.loads(EXPECTATIONS.read_text()).get("expected", [])
    return {entry["case"] for entry in entries if entry["suite"] == "scim2-tester"}


def check_name(result: CheckResult) -> str:
    """How a check is called in expectations.toml."""
    return f"{result.resource_type}/{result.title}" if result.resource_type else str(result.title)


def started(name: str, database: str | None = None) -> Server:
    """A server that knows its operator, not running yet."""
    server = Server(name, database=database, environment={"DOORWARD_OPERATOR_TOKEN_FILE": "operator.token"})
    (server.directory / "operator.token").write_text(OPERATOR_TOKEN)
    return server


def run_tester(server: Server) -> list[CheckResult]:
    """All checks of the tester against a fresh organisation."""
    scim = Organisation(server, "acme").connection("generic", "--breaker", "off")
    defined = requests.put(
        f"{server.url}/api/v1/organisation/schemas",
        params={"organisation": "acme"},
        headers={"Authorization": f"Bearer {OPERATOR_TOKEN}"},
        json={"schemas": [SCHEMA]},
        timeout=30,
    )
    defined.raise_for_status()
    headers = {"Authorization": f"Bearer {scim.token}"}
    with Client(base_url=scim.base_url, headers=headers, timeout=30) as http:
        return list(check_server(SyncSCIMClient(http)))


def report(cases: Cases, database: str, results: list[CheckResult]) -> None:
    """Prints the table of statuses and records each check as a case."""
    counts = Counter(result.status for result in results)
    print(f"  scim2-tester on {database}:")
    for status in Status:
        print(f"    {status.name:<12}{counts[status]:>5}")
    expected = expected_names()
    bad = [result for result in results if result.status not in GOOD]
    for result in bad:
        name = check_name(result)
        allowed = name in expected
        cases.record(f"{database}: {name}: {result.status.name}", allowed, str(result.reason)[:600])
    for name in sorted(expected - {check_name(result) for result in bad}):
        cases.record(f"{database}: {name} is expected to fail and passes: delete the expectation", False)
    cases.passed += len(results) - len(bad)


def main() -> None:
    """Both databases, one after the other."""
    cases = Cases("scim2-tester")
    with cases.case("SQLite: the tester ran to its end"), started("scim-tester-sqlite") as server:
        report(cases, "SQLite", run_tester(server))
    with cases.case("PostgreSQL: the tester ran to its end"), Postgres() as postgres:
        with started("scim-tester-postgres", postgres.database("scim_tester")) as server:
            report(cases, "PostgreSQL", run_tester(server))
    cases.finish()


if __name__ == "__main__":
    main()
