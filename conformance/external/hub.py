"""JupyterHub with oauthenticator's `GenericOAuthenticator`, both unmodified, as an operator would configure them.

It has a directory, a configuration and ports of its own, and is ended by its process id, with its proxy and with what people have
started. In place of a notebook they start `single_user.py`, which JupyterHub's own library guards as it guards a notebook.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import requests

from doorward import WORK, free_port

READY_SECONDS = 30.0
SINGLE_USER = Path(__file__).with_name("single_user.py")
# how long JupyterHub, and what people have started there, believe what they were told
REFRESH_SECONDS = 1
CONFIGURATION = """
c = get_config()
c.JupyterHub.bind_url = "{url}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = ["{proxy}"]
c.JupyterHub.db_url = "sqlite:///{directory}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = "{directory}/cookie_secret"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{directory}/{{username}}"
c.Spawner.cmd = ["{python}", "{single_user}", "{refresh_seconds}"]

c.JupyterHub.authenticator_class = "generic-oauth"
c.GenericOAuthenticator.client_id = "{client_id}"
c.GenericOAuthenticator.client_secret = "{client_secret}"
c.GenericOAuthenticator.oauth_callback_url = "{callback}"
c.GenericOAuthenticator.authorize_url = "{issuer}/oauth2/authorize"
c.GenericOAuthenticator.token_url = "{issuer}/oauth2/token"
c.GenericOAuthenticator.userdata_url = "{issuer}/oauth2/userinfo"
c.GenericOAuthenticator.logout_redirect_url = "{issuer}/oauth2/logout?client_id={client_id}"
c.GenericOAuthenticator.basic_auth = True
c.GenericOAuthenticator.scope = ["openid", "profile", "email", "groups", "offline_access"]
c.GenericOAuthenticator.username_claim = "preferred_username"
c.GenericOAuthenticator.auto_login = True

c.GenericOAuthenticator.manage_groups = True
c.GenericOAuthenticator.auth_state_groups_key = "oauth_user.groups"
c.GenericOAuthenticator.allowed_groups = {{"{allowed_group}"}}
c.GenericOAuthenticator.admin_groups = {{"{admin_group}"}}

c.Authenticator.enable_auth_state = True
c.CryptKeeper.keys = ["{crypt_key}"]
c.Authenticator.auth_refresh_age = {refresh_seconds}
c.Authenticator.auth_refresh_strict = True
c.Authenticator.refresh_pre_spawn = True
"""


class Hub:
    """One JupyterHub with its proxy."""

    def __init__(self, allowed_group: str, admin_group: str) -> None:
        data = WORK / "data"
        data.mkdir(parents=True, exist_ok=True)
        self.directory = Path(tempfile.mkdtemp(prefix="jupyterhub-", dir=data))
        self.allowed_group = allowed_group
        self.admin_group = admin_group
        # another name than Doorward's: a browser does not keep the cookies of two ports of one name apart
        self.url = f"http://localhost:{free_port()}"
        self.home = f"{self.url}/hub/home"
        self.admin = f"{self.url}/hub/admin"
        self.spawn = f"{self.url}/hub/spawn"
        self.logout = f"{self.url}/hub/logout"
        self.callback = f"{self.url}/hub/oauth_callback"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def _log(self) -> Path:
        return self.directory / "jupyterhub.log"

    def has_renewed(self) -> bool:
        """Whether it has used a refresh token."""
        return "Refreshing oauth access token" in self._log.read_text()

    def start(self, issuer: str, client: dict[str, Any]) -> None:
        """Serves from now on, as this client of this provider."""
        configuration = self.directory / "jupyterhub_config.py"
        configuration.touch(mode=0o600)
        configuration.write_text(self._configuration(issuer, client))
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "--config", str(configuration)],
                cwd=self.directory,
                env={"PATH": os.environ["PATH"], "HOME": str(self.directory)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait_until_ready()

    def _configuration(self, issuer: str, client: dict[str, Any]) -> str:
        return CONFIGURATION.format(
            url=self.url,
            hub_port=free_port(),
            proxy_port=free_port(),
            proxy=WORK / "node" / "node_modules" / ".bin" / "configurable-http-proxy",
            directory=self.directory,
            python=sys.executable,
            single_user=SINGLE_USER,
            refresh_seconds=REFRESH_SECONDS,
            client_id=client["client_id"],
            client_secret=client["client_secret"],
            callback=self.callback,
            issuer=issuer,
            allowed_group=self.allowed_group,
            admin_group=self.admin_group,
            crypt_key=secrets.token_hex(32),
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            try:
                if requests.get(f"{self.url}/hub/health", timeout=2).status_code == 200:
                    return
            except requests.ConnectionError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"JupyterHub was not ready after {READY_SECONDS} s:\n{self._log.read_text()[-2000:]}")

    def started(self, user_name: str) -> str:
        """The address of what this person has started."""
        return f"{self.url}/user/{user_name}/"

    def servers(self) -> int:
        """How many of those things run."""
        if self._process is None:
            return 0
        process = self._process.pid
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        return sum(SINGLE_USER.name.encode() in Path(f"/proc/{child}/cmdline").read_bytes() for child in children)

    def api(self, token: str, path: str = "user") -> requests.Response:
        """Asks the API of JupyterHub with one of its tokens."""
        head = {"Authorization": f"token {token}"}
        return requests.get(f"{self.url}/hub/api/{path}", headers=head, timeout=10)

    def stop(self) -> None:
        """Asks JupyterHub to end, which ends its proxy and what people have started."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
