"""What the audit log sends to a bucket is signed as somebody else's library signs it, and a batch is an object.

The store is this script: it takes what somebody puts, and computes the signature once more from what has arrived.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests
from requests_aws4auth import AWS4Auth

from cases import Cases, check, equal
from doorward import Server
from stage import OPERATOR_TOKEN

KEY = ("AKIAOUTSIDE", "a/secret+with/signs=")
REGION = "eu-central-1"
REFUSED = b"<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>"
SOON = 30.0


class Put:
    """A request as it has arrived."""

    def __init__(self, path: str, headers: dict[str, str], body: bytes) -> None:
        self.path, self.headers, self.body = path, headers, body

    def is_signed(self) -> bool:
        """Whether the field `authorization` is the one that requests-aws4auth writes over the same fields."""
        said = self.headers["authorization"].replace(", ", ",")
        names = said.split("SignedHeaders=")[1].split(",")[0].split(";")
        fields = {name: self.headers[name] for name in names}
        url = f"http://{self.headers['host']}{self.path}"
        request = requests.Request("PUT", url, headers=fields, data=self.body).prepare()
        signed = AWS4Auth(*KEY, REGION, "s3", include_hdrs=names)(request)
        return bool(said == signed.headers["Authorization"].replace(", ", ","))

    def is_whole(self) -> bool:
        """Whether both hashes are those of the body."""
        md5 = base64.b64encode(hashlib.md5(self.body).digest()).decode()
        sha256 = hashlib.sha256(self.body).hexdigest()
        return (self.headers["content-md5"], self.headers["x-amz-content-sha256"]) == (md5, sha256)


class Store(ThreadingHTTPServer):
    """A store that keeps what is signed by its key."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.objects: list[Put] = []
        self.address = f"http://127.0.0.1:{self.server_address[1]}/logs/doorward"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Answering(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Store

    def do_PUT(self) -> None:
        """Takes an object, or says that its signature is none."""
        body = self.rfile.read(int(self.headers["content-length"]))
        put = Put(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        is_signed = put.is_signed()
        if is_signed:
            self.server.objects.append(put)
        answer = b"" if is_signed else REFUSED
        self.send_response(200 if is_signed else 403)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Is silent."""


def told(server: Server, method: str, path: str, body: dict[str, str] | None) -> Any:
    """What the API answers to the operator about streams."""
    url, bearer = f"{server.url}/api/v1/audit/streams{path}", {"Authorization": f"Bearer {OPERATOR_TOKEN}"}
    answer = requests.request(method, url, headers=bearer, json=body, timeout=30)
    check(answer.ok, f"{method} {path}: {answer.status_code} {answer.text}")
    return answer.json()


def soon(holds: Callable[[], bool], what: str) -> None:
    """Waits until it holds."""
    until = time.monotonic() + SOON
    while not holds():
        check(time.monotonic() < until, f"not within {SOON} s: {what}")
        time.sleep(0.1)


def main() -> None:
    """Runs the cases."""
    cases, store = Cases("bucket"), Store()
    open_to = {"DOORWARD_OUTBOUND_ALLOW": "127.0.0.1", "DOORWARD_OPERATOR_TOKEN_FILE": "operator.token"}
    server = Server("bucket", environment=open_to)
    (server.directory / "operator.token").write_text(OPERATOR_TOKEN)
    clock = server.by_clock()
    with server:
        server.cli("org", "create", "--slug", "acme", "--name", "Acme")
        new = {"name": "archive", "kind": "s3", "address": store.address, "region": REGION}
        new |= {"access_key_id": KEY[0], "secret_access_key": KEY[1]}
        stream = told(server, "POST", "?organisation=acme", new)["stream"]["id"]
        with cases.case("a test is signed as the library signs it"):
            equal(told(server, "POST", f"/{stream}/test", None)["taken"], True, "taken")
            check(store.objects[0].is_whole(), "its hashes are others")
            equal(store.objects[0].path, f"/logs/doorward/doorward-test-{stream}.json", "the name")
        with cases.case("the log is an object when a minute is over"):
            clock.move(timedelta(minutes=2))
            soon(lambda: len(store.objects) > 1, "an object")
            put = store.objects[1]
            check(put.is_whole(), "its hashes are others")
            records = [json.loads(line) for line in put.body.decode().splitlines()]
            numbers = [record["seq"] for record in records]
            equal(numbers, list(range(numbers[0], numbers[-1] + 1)), "the numbers")
            name = put.path.rsplit("/", 1)[1]
            equal(name, f"{numbers[0]:012}-{numbers[-1]:012}-{stream}.ndjson", "the name")
            equal(records[0]["action"], "audit.stream_created", "the first record")
        with cases.case("another secret is refused, and that is told"):
            told(server, "PATCH", f"/{stream}", {"secret_access_key": "another"})
            clock.move(timedelta(minutes=2))
            shown = f"/{stream}"
            soon(lambda: "SignatureDoesNotMatch" in str(told(server, "GET", shown, None)["last_error"]), "the failure")
    store.shutdown()
    cases.finish()


if __name__ == "__main__":
    main()
