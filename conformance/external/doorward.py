"""Starts, stops and commands a real doorward binary, and a private PostgreSQL for it.

This is the one file of the outside checks that knows about processes, ports and settings. It ends only processes that
it started itself, and everything it writes lies under target/conformance, except a PostgreSQL cluster: PostgreSQL
refuses to run as root, and its own user may not look into a checkout that belongs to root.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import requests

from clock import Clock

REPOSITORY = Path(__file__).resolve().parents[2]
WORK = Path(os.environ.get("DOORWARD_CONFORMANCE_DIR", REPOSITORY / "target" / "conformance"))
BINARY = Path(os.environ.get("DOORWARD_BINARY", REPOSITORY / "target" / "release" / "doorward"))
READY_SECONDS = 20.0


def free_port() -> int:
    """A port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class CommandFailed(Exception):
    """A doorward command ended with another code than 0."""

    def __init__(self, arguments: tuple[str, ...], code: int, message: str) -> None:
        super().__init__(f"doorward {' '.join(arguments)}: exit {code}: {message.strip()}")
        self.code = code


class Server:
    """One `doorward serve` on the loopback address, with a directory of its own."""

    def __init__(
        self,
        name: str,
        *,
        database: str | None = None,
        node_of: Server | None = None,
        environment: dict[str, str] | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        """`node_of` makes this server another node of the same instance: same database, key and public URL.

        `host` is the name in its URL; a browser does not keep the cookies of two ports of one name apart.
        """
        data = WORK / "data"
        data.mkdir(parents=True, exist_ok=True)
        self.directory = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=data))
        self.port = free_port()
        self.url = f"http://{host}:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self._database: str | None = node_of._database if node_of else database
        self._environment = self._settings(node_of) | (environment or {})
        if database:
            self._write_master_key()

    def _write_master_key(self) -> None:
        """Only an embedded instance makes its own key; nodes on PostgreSQL share one that the operator brings."""
        key = self.directory / "master.key"
        key.touch(mode=0o600)
        key.write_text(secrets.token_hex(32))

    def _settings(self, node_of: Server | None) -> dict[str, str]:
        key_home = node_of.directory if node_of else self.directory
        settings = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.directory),
            "DOORWARD_LISTEN": f"127.0.0.1:{self.port}",
            "DOORWARD_PUBLIC_URL": node_of.url if node_of else self.url,
            "DOORWARD_DATA_DIR": str(self.directory),
            "DOORWARD_MASTER_KEY_FILE": str(key_home / "master.key"),
            "DOORWARD_LOG_FORMAT": "json",
        }
        return settings | ({"DOORWARD_DATABASE_URL": self._database} if self._database else {})

    @property
    def database_file(self) -> Path:
        """The SQLite file of an embedded instance."""
        (found,) = self.directory.glob("*.db")
        return found

    def by_clock(self) -> Clock:
        """Lets the server, before it starts, and every command live by a clock that can be moved."""
        clock = Clock(self.directory)
        self._environment |= clock.environment()
        return clock

    @property
    def log(self) -> Path:
        """What the server has written to its standard output and error."""
        return self.directory / "server.log"

    def start(self) -> Server:
        """Starts the process and returns when it answers that it is ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(BINARY), "serve", *(["--migrate"] if self._database else [])],
                cwd=self.directory,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_ready()
        return self

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise RuntimeError(f"doorward ended while starting:\n{self.log.read_text()[-2000:]}")
            try:
                if requests.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            except requests.ConnectionError:
                pass
            time.sleep(0.02)
        raise RuntimeError(f"doorward was not ready after {READY_SECONDS} s:\n{self.log.read_text()[-2000:]}")

    def stop(self) -> int:
        """Asks the process to end, waits for it and returns its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the process at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(how)
        try:
            code = self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process = None
        return code

    def cli(self, *arguments: str, stdin: str | None = None) -> Any:
        """Runs a command against the same instance and returns what it prints as JSON."""
        done = subprocess.run(
            [str(BINARY), *arguments, "--json"],
            cwd=self.directory,
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode != 0:
            raise CommandFailed(arguments, done.returncode, done.stderr or done.stdout)
        return json.loads(done.stdout) if done.stdout.strip() else None

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *failure: object) -> None:
        self.stop()
        if failure == (None, None, None):
            self.expect_quiet_log()

    def expect_quiet_log(self) -> None:
        """No panic and no answer of the 500s, whatever the test has done; being busy is no fault."""
        fault = re.compile(r'panicked|"level":"ERROR"|"http.status":5(?!03)')
        faults = [line for line in self.log.read_text().splitlines() if fault.search(line)]
        if faults:
            raise RuntimeError(f"{len(faults)} faults in {self.log}, first: {faults[0][:500]}")


class Postgres:
    """A private PostgreSQL cluster that listens on a Unix socket only and is gone afterwards."""

    def __init__(self) -> None:
        installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        if not installed:
            raise RuntimeError("no PostgreSQL server binaries in /usr/lib/postgresql/*/bin: install postgresql")
        self._binaries = installed[-1]
        self._home = Path(tempfile.mkdtemp(prefix="doorward-pg-"))
        self._as_root = os.geteuid() == 0
        if self._as_root:
            shutil.chown(self._home, "postgres")

    def _run(self, program: str, *arguments: str) -> None:
        who = ["runuser", "-u", "postgres", "--"] if self._as_root else []
        # pg_ctl hands its output on to the server it starts, so a pipe here would never end
        with (self._home.parent / f"{self._home.name}.log").open("ab") as log:
            command = [*who, str(self._binaries / program), *arguments]
            subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True, timeout=60)

    def __enter__(self) -> Postgres:
        data = str(self._home / "data")
        self._run("initdb", "-D", data, "-U", "doorward", "--auth=trust", "-E", "UTF8", "--no-locale", "--no-sync")
        settings = f"-c listen_addresses='' -c fsync=off -c max_connections=200 -k {self._home}"
        self._run("pg_ctl", "-D", data, "-w", "-o", settings, "start")
        return self

    def database(self, name: str) -> str:
        """Creates a database and returns its URL."""
        self._run("createdb", "-h", str(self._home), "-U", "doorward", name)
        return f"postgres://doorward@localhost/{name}?host={self._home}"

    def __exit__(self, *failure: object) -> None:
        self._run("pg_ctl", "-D", str(self._home / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._home, ignore_errors=True)
        (self._home.parent / f"{self._home.name}.log").unlink(missing_ok=True)
