"""A small application on an origin of its own that signs people in through Doorward with the code flow and PKCE."""

from __future__ import annotations

import html
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session

SCOPE = "openid profile email roles offline_access"
COOKIE = "sample_app"


@dataclass
class Visitor:
    """One browser of the application."""

    verifier: str = field(default_factory=lambda: generate_token(64))
    state: str = ""
    token: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=dict)


class SampleApp:
    """The application; `localhost` where Doorward is `127.0.0.1`, so that the two are different sites to a browser."""

    def __init__(self, port: int) -> None:
        self.url = f"http://localhost:{port}"
        self.redirect_uri = f"{self.url}/callback"
        self.visitors: dict[str, Visitor] = {}
        self._metadata: dict[str, Any] = {}
        self._client: dict[str, Any] = {}
        app = self

        class Handler(BaseHTTPRequestHandler):
            """Hands every request to the application."""

            def do_GET(self) -> None:
                """Answers a page or a redirect."""
                app.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing; the test prints what matters."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)

    def start(self, metadata: dict[str, Any], client: dict[str, Any]) -> None:
        """Serves from now on, as this client of the provider with this metadata."""
        self._metadata, self._client = metadata, client
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Closes the socket."""
        self._server.shutdown()
        self._server.server_close()

    def session(self, visitor: Visitor) -> OAuth2Session:
        """The OpenID Connect client on behalf of one visitor."""
        return OAuth2Session(
            self._client["client_id"],
            self._client["client_secret"],
            scope=SCOPE,
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            token=visitor.token or None,
            **self._metadata,
        )

    def signed_in(self) -> Visitor:
        """The visitor who came back with a token last."""
        return [visitor for visitor in self.visitors.values() if visitor.token][-1]

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Routes one request."""
        path = urlsplit(request.path).path
        if path == "/login":
            self._send_to_provider(request)
        elif path == "/callback":
            self._receive_code(request)
        else:
            self._front_page(request)

    def _send_to_provider(self, request: BaseHTTPRequestHandler) -> None:
        name, visitor = secrets.token_urlsafe(16), Visitor()
        self.visitors[name] = visitor
        endpoint = self._metadata["authorization_endpoint"]
        session = self.session(visitor)
        url, visitor.state = session.create_authorization_url(endpoint, code_verifier=visitor.verifier)
        redirect(request, url, f"{COOKIE}={name}; Path=/; HttpOnly; SameSite=Lax")

    def _receive_code(self, request: BaseHTTPRequestHandler) -> None:
        visitor = self._visitor(request)
        if visitor is None:
            return page(request, 400, "Nobody asked", "Start at the front page.")
        session = self.session(visitor)
        answer = f"{self.url}{request.path}"
        try:
            visitor.token = session.fetch_token(
                authorization_response=answer, state=visitor.state, code_verifier=visitor.verifier
            )
            visitor.person = session.get(self._metadata["userinfo_endpoint"]).json()
        except Exception as error:  # shown in the page, where the test reads it
            return page(request, 502, "Sign-in failed", repr(error))
        return redirect(request, self.url)

    def _front_page(self, request: BaseHTTPRequestHandler) -> None:
        visitor = self._visitor(request)
        if visitor is None or not visitor.person:
            return page(request, 200, "Sample application", '<a id="login" href="/login">Sign in</a>')
        name = html.escape(visitor.person.get("name", ""))
        return page(request, 200, "Sample application", f'Hello <strong id="who">{name}</strong>')

    def _visitor(self, request: BaseHTTPRequestHandler) -> Visitor | None:
        cookies = request.headers.get("Cookie", "").split("; ")
        named = dict(cookie.split("=", 1) for cookie in cookies if "=" in cookie)
        return self.visitors.get(named.get(COOKIE, ""))


def redirect(request: BaseHTTPRequestHandler, url: str, cookie: str | None = None) -> None:
    """Answers 303."""
    request.send_response(303)
    request.send_header("Location", url)
    if cookie:
        request.send_header("Set-Cookie", cookie)
    request.end_headers()


def page(request: BaseHTTPRequestHandler, status: int, title: str, body: str) -> None:
    """Answers a small page."""
    text = f"<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>{body}".encode()
    request.send_response(status)
    request.send_header("Content-Type", "text/html; charset=utf-8")
    request.send_header("Content-Length", str(len(text)))
    request.end_headers()
    request.wfile.write(text)
