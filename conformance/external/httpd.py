"""Apache httpd with mod_auth_openidc as Debian packages them, in front of a small application that knows no OpenID Connect.

Each instance has a directory, a configuration and a port of its own, and is ended by its process id; the service of the
machine is never touched.
"""

from __future__ import annotations

import html
import os
import secrets
import shutil
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from doorward import WORK, free_port
from sample_app import page

MODULES = Path("/usr/lib/apache2/modules")
LOADED = ("mpm_event", "authn_core", "authz_core", "authz_user", "proxy", "proxy_http", "auth_openidc")
READY_SECONDS = 10.0
CONFIGURATION = """
ServerRoot "{directory}"
DefaultRuntimeDir "{directory}"
PidFile "{directory}/httpd.pid"
ErrorLog "{directory}/error.log"
LogLevel warn
ServerName localhost
Listen 127.0.0.1:{port}
StartServers 1
{user}
{modules}

OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCClientSecret {client_secret}
OIDCRedirectURI {callback}
OIDCCryptoPassphrase {passphrase}
OIDCScope "openid profile email"
OIDCResponseMode {response_mode}
OIDCPKCEMethod S256
OIDCCookie {cookie}

ProxyPass /private/openid !
ProxyPass / http://127.0.0.1:{application}/
<Location /private>
  AuthType openid-connect
  Require valid-user
</Location>
"""


class Httpd:
    """One Apache and the application behind it, which greets whomever Apache says is there."""

    def __init__(self, response_mode: str) -> None:
        data = WORK / "data"
        data.mkdir(parents=True, exist_ok=True)
        self.directory = Path(tempfile.mkdtemp(prefix="apache-", dir=data))
        self.port = free_port()
        self.response_mode = response_mode
        self.url = f"http://localhost:{self.port}"
        self.private = f"{self.url}/private"
        self.goodbye = f"{self.url}/goodbye"
        self.callback = f"{self.url}/private/openid"
        self.back_channel = f"{self.callback}?logout=backchannel"
        self.front_channel = f"{self.callback}?logout=get"
        # a browser does not keep the cookies of two ports apart
        self.cookie = f"apache_{self.port}"
        self._application = ThreadingHTTPServer(("127.0.0.1", 0), Application)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, issuer: str, client: dict[str, Any]) -> None:
        """Serves from now on, as this client of this provider."""
        threading.Thread(target=self._application.serve_forever, daemon=True).start()
        configuration = self.directory / "httpd.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(self._configuration(issuer, client))
        program = shutil.which("apache2") or "/usr/sbin/apache2"
        self._process = subprocess.Popen(
            [program, "-f", str(configuration), "-D", "FOREGROUND"],
            cwd=self.directory,
            env={"PATH": os.environ["PATH"]},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._wait_until_ready()

    def _configuration(self, issuer: str, client: dict[str, Any]) -> str:
        return CONFIGURATION.format(
            directory=self.directory,
            port=self.port,
            user="User www-data\nGroup www-data" if os.geteuid() == 0 else "",
            modules="\n".join(f'LoadModule {name}_module "{MODULES}/mod_{name}.so"' for name in LOADED),
            issuer=issuer,
            client_id=client["client_id"],
            client_secret=client["client_secret"],
            callback=self.callback,
            passphrase=secrets.token_hex(32),
            response_mode=self.response_mode,
            cookie=self.cookie,
            application=self._application.server_address[1],
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            try:
                if requests.get(self.goodbye, timeout=2).status_code == 200:
                    return
            except requests.ConnectionError:
                time.sleep(0.05)
        raise RuntimeError(f"Apache was not ready after {READY_SECONDS} s:\n{self.log()[-2000:]}")

    def log(self) -> str:
        """What Apache has complained about."""
        log = self.directory / "error.log"
        return log.read_text() if log.exists() else ""

    def knows(self, cookie: str) -> bool:
        """Whether the session of this cookie opens the private page."""
        answer = requests.get(self.private, cookies={self.cookie: cookie}, allow_redirects=False, timeout=10)
        return answer.status_code == 200

    def stop(self) -> None:
        """Ends Apache and the application."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
        self._application.shutdown()
        self._application.server_close()


class Application(BaseHTTPRequestHandler):
    """Reads who is there from the headers that Apache adds."""

    def do_GET(self) -> None:
        """Answers one of two pages."""
        if urlsplit(self.path).path.startswith("/private"):
            name, mail = (html.escape(self.headers.get(f"OIDC_CLAIM_{claim}", "")) for claim in ("name", "email"))
            return page(self, 200, "Private", f'Hello <strong id="who">{name}</strong> at <em id="mail">{mail}</em>')
        return page(self, 200, "Goodbye", "Nobody is signed in.")

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing; the test prints what matters."""
