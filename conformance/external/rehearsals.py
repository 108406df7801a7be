"""Plays Okta and Entra, each in both of its manners, against Doorward, and for contrast against scim2-server from PyPI.

Against Doorward every request must be answered as the provider needs it. Against the other server a rehearsal must come to its
end and say of each request how it fared; what does not fit there is printed, and no failure of ours.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from cases import Cases, check, equal
from doorward import BINARY, WORK, Server, free_port
from organisation import Organisation

MANNERS = {
    "Okta, from the catalogue": ("okta",),
    "Okta, from the app wizard": ("okta", "--app-wizard"),
    "Entra": ("entra",),
    "Entra with its compatibility flag": ("entra", "--compatibility-flag"),
}
# What each does last.
ENDS = {"okta": "import users behind the last", "entra": "who is deleted"}
TOKEN = "nine-purple-lanterns-over-47-quiet-harbours"
# Test of the connection, people, groups and whole lives are more than these.
REQUESTS_AT_LEAST = 60


def play(manner: tuple[str, ...], url: str, token: str) -> dict[str, Any]:
    """The report of a rehearsal; its exit code says whether anything failed."""
    command = [str(BINARY), "rehearse", *manner, "--url", url, "--token", token, "--users", "12", "--json"]
    done = subprocess.run(command, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False)
    check(done.returncode in (0, 1) and done.stdout != "", f"exit {done.returncode}: {done.stderr.strip()}")
    report: dict[str, Any] = json.loads(done.stdout)
    equal(done.returncode, int(report["failed"] > 0), "the exit code")
    equal(len(report["steps"]), report["passed"] + report["failed"], "the requests that are counted")
    return report


@contextmanager
def other_server() -> Iterator[str]:
    """A running scim2-server; its base URL."""
    port = free_port()
    program = Path(sys.executable).parent / "scim2-server"
    log = (WORK / "logs" / "scim2-server.log").open("w")
    process = subprocess.Popen(
        [program, "--port", str(port), "--bearer-token", TOKEN], stdout=log, stderr=subprocess.STDOUT
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                requests.get(f"{url}/ServiceProviderConfig", timeout=2)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
        log.close()


def main() -> None:
    """All manners against both servers."""
    cases = Cases("rehearsals")
    (WORK / "logs").mkdir(parents=True, exist_ok=True)
    with Server("rehearsals") as server:
        for number, (name, manner) in enumerate(MANNERS.items()):
            with cases.case(f"{name}: Doorward answers every request as it must"):
                scim = Organisation(server, f"org{number}").connection(manner[0])
                report = play(manner, scim.base_url, scim.token)
                problems = [f"{step['name']}: {step['problem']}" for step in report["steps"] if step["problem"]]
                check(not problems, "; ".join(problems))
                check(report["passed"] >= REQUESTS_AT_LEAST, f"only {report['passed']} requests were sent")
    for name, manner in MANNERS.items():
        with other_server() as url, cases.case(f"{name}: a rehearsal at another server comes to its end"):
            report = play(manner, url, TOKEN)
            print(f"  scim2-server, {name}: {report['passed']} passed, {report['failed']} failed")
            for step in report["steps"]:
                if step["problem"]:
                    print(f"    {step['method']} {step['name']}: {step['problem'][:160]}")
            last = report["steps"][-1]["name"]
            check(ENDS[manner[0]] in last, f"it ended with: {last}")
    cases.finish()


if __name__ == "__main__":
    main()
