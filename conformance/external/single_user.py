"""What a person starts at JupyterHub in place of a notebook: a page that JupyterHub's own library guards as it guards one.

JupyterHub starts it with its address and its token in the environment, and ends it.
"""

from __future__ import annotations

import html
import os
import sys
from urllib.parse import urlsplit

from jupyterhub.services.auth import HubOAuth, HubOAuthCallbackHandler, HubOAuthenticated
from tornado import ioloop, web


class Page(HubOAuthenticated, web.RequestHandler):  # type: ignore[misc]
    """Says who is there."""

    @web.authenticated
    def get(self) -> None:
        """Answers one page."""
        name = html.escape(self.get_current_user()["name"])
        self.write(f'<!doctype html><title>Started</title><h1>Started</h1><p>By <strong id="who">{name}</strong>')


def main() -> None:
    """Serves until JupyterHub ends it."""
    # a notebook believes for five minutes what JupyterHub said
    HubOAuth.instance(cache_max_age=int(sys.argv[1]))
    prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    pages = [(f"{prefix}oauth_callback", HubOAuthCallbackHandler), (f"{prefix}.*", Page)]
    address = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
    web.Application(pages, cookie_secret=os.urandom(32)).listen(address.port, address.hostname)
    ioloop.IOLoop.current().start()


if __name__ == "__main__":
    main()
