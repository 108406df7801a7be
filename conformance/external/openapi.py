"""Runs schemathesis against the API, by its own document: no fault of the server, no status that is not documented.

It calls every operation with values that the document allows and with values that it forbids, in the order in which
answers lead on to other calls. Once with the operator token, which no deed can end, and once as a person, for what only a
person has. Seed and number of examples are fixed, not the time, so that a slow machine tries what a fast one does.
"""

from __future__ import annotations

import re
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

from cases import Cases, check
from doorward import Server
from organisation import Organisation
from signin import FormBrowser, FormReader, Person

OPERATOR_TOKEN = "dwop_of-the-outside-check"
SEED = "20261126"
EXAMPLES = 150
# The tool itself takes most of it, and more with each operation of the document.
SECONDS_MAX = 900
# Which roles an organisation has, which passwords are good enough, what of a connection goes together, and which cursor was
# handed out no document can say: a value that it allows may still be refused there with 400. What is taken by default is
# taken there, too.
ALLOWED = """["2xx", "400", "401", "403", "404", "409", "412", "428", "429"]"""
CONFIGURATION = f"""
[parameters]
organisation = "acme"

# What is said to be refused by default, and a body that is too large besides.
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429", "5xx"]

[[operations]]
include-method = ["POST", "PUT", "PATCH"]
include-path-regex = "^/api/v1/(users|invitations|connections|domains|organisations)"
checks.positive_data_acceptance.expected-statuses = {ALLOWED}

[[operations]]
include-path = ["/api/v1/users", "/api/v1/invitations", "/api/v1/me/tokens"]
checks.positive_data_acceptance.expected-statuses = {ALLOWED}

[[operations]]
include-method = ["GET"]
include-path = ["/api/v1/groups", "/api/v1/groups/{{id}}/members", "/api/v1/resources", "/api/v1/projects",
  "/api/v1/projects/{{id}}/assignments", "/api/v1/audit", "/api/v1/audit/export"]
checks.positive_data_acceptance.expected-statuses = {ALLOWED}

# Which bytes are a picture, and which address leads to help, the server says.
[[operations]]
include-path = ["/api/v1/organisation/branding", "/api/v1/organisation/branding/logo"]
checks.positive_data_acceptance.expected-statuses = {ALLOWED}

# No word confirms anything but one that was given.
[[operations]]
include-method = ["POST", "DELETE"]
include-path = ["/api/v1/users/{{id}}", "/api/v1/groups/{{id}}", "/api/v1/groups/{{id}}/members", "/api/v1/teams/{{id}}",
  "/api/v1/teams/{{id}}/members", "/api/v1/projects/{{id}}", "/api/v1/projects/{{id}}/assignments/{{assignment_id}}",
  "/api/v1/roles/{{key}}", "/api/v1/resources/{{kind}}/{{external_id}}"]
checks.positive_data_acceptance.expected-statuses = {ALLOWED}
"""


def personal_token(server: Server, person: Person) -> str:
    """Signs in as a person does and makes a token on the page for it."""
    browser = FormBrowser()
    browser.visit(f"{server.url}/sign-in", person, [f"{server.url}/account"])
    address = f"{server.url}/account/tokens/new"
    page = FormReader()
    page.feed(browser.session.get(address, timeout=10).text)
    (form,) = [form for form in page.forms if "name" in form.fields]
    fields = form.fields | {"name": "outside check", "read": "yes", "write": "yes", "days": "7"}
    made = browser.session.post(address, data=fields, headers={"Origin": server.url}, timeout=10)
    found = re.search(r"dwpat_[A-Za-z0-9_-]+", made.text)
    if not found:
        raise RuntimeError(f"no token on the page: {made.status_code} {made.text[:500]}")
    return found.group()


def empty_dns() -> str:
    """A DNS server that knows no name; answers its address. Whoever asks one that does not answer waits for seconds."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            asked, whoever = sock.recvfrom(1500)
            end = asked.index(b"\0", 12) + 5
            # A response with recursion available and the code of a name that does not exist (RFC 1035 4.1.1).
            sock.sendto(asked[:2] + struct.pack("!5H", 0x8183, 1, 0, 0, 0) + asked[12:end], whoever)

    threading.Thread(target=serve, daemon=True).start()
    return f"127.0.0.1:{sock.getsockname()[1]}"


def run(cases: Cases, server: Server, name: str, token: str, *arguments: str) -> None:
    """One run of the tool; each kind of failure that it finds is a failed case."""
    configuration = server.directory / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    tool = Path(sys.executable).parent / "schemathesis"
    command = [str(tool), "--config-file", str(configuration), "run", f"{server.url}/api/openapi.json"]
    command += ["--header", f"Authorization: Bearer {token}", "--seed", SEED]
    command += ["--max-examples", str(EXAMPLES), "--continue-on-failure", "--no-color", *arguments]
    done = subprocess.run(command, cwd=server.directory, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    report = done.stdout + done.stderr
    counts = re.search(r"(\d+) generated", report)
    print(f"    {name}: {counts.group() if counts else 'no'} test cases")
    with cases.case(f"{name}: schemathesis finds nothing"):
        check(done.returncode == 0, report[-6000:].replace(token, "TOKEN"))
        check(counts is not None and int(counts.group(1)) > 100, "it tested next to nothing")


def main() -> None:
    """The operator for what is done to others, a person for what is done to oneself."""
    cases = Cases("schemathesis")
    # A path that is not absolute is meant from the server's own directory.
    environment = {"DOORWARD_OPERATOR_TOKEN_FILE": "operator.token", "DOORWARD_DNS_SERVERS": empty_dns()}
    server = Server("openapi", environment=environment)
    (server.directory / "operator.token").write_text(OPERATOR_TOKEN)
    with server:
        person = Organisation(server, "acme").local_person("ada@acme.example", "owner")
        token = personal_token(server, person)
        with cases.case("the tool ran"):
            me = "^/api/v1/me"
            run(cases, server, "as a person", token, "--include-path-regex", me, "--exclude-method", "DELETE")
            run(cases, server, "as the operator", OPERATOR_TOKEN, "--exclude-path-regex", me)
    cases.finish()


if __name__ == "__main__":
    main()
