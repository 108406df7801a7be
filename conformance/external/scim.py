"""A small SCIM client: what an identity provider sends, as it sends it."""

from __future__ import annotations

from typing import Any

import requests

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class Refused(Exception):
    """The server answered with another status than a success."""

    def __init__(self, answer: requests.Response) -> None:
        super().__init__(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:400]}")
        self.status = answer.status_code


class Scim:
    """One connection's view of its organisation."""

    def __init__(self, base_url: str, token: str, host: str | None = None) -> None:
        """`host` is the public name, where the URL leads to one server among several behind that name."""
        self.base_url = base_url.rstrip("/")
        self.token = token
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"
        if host:
            self._session.headers["Host"] = host

    def another(self) -> Scim:
        """The same connection over another socket, for another thread."""
        return Scim(self.base_url, self.token)

    def send(self, method: str, path: str, body: dict[str, Any] | None = None, **query: Any) -> requests.Response:
        """Sends one request and returns whatever comes back."""
        headers = {"Accept": "application/scim+json", "Content-Type": "application/scim+json; charset=utf-8"}
        url = f"{self.base_url}/{path}"
        return self._session.request(method, url, json=body, params=query, headers=headers, timeout=30)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, **query: Any) -> dict[str, Any]:
        """Sends one request and returns the resource in the answer; anything but a success is `Refused`."""
        answer = self.send(method, path, body, **query)
        if not answer.ok:
            raise Refused(answer)
        return answer.json() if answer.content else {}

    def create_user(self, user_name: str, **attributes: Any) -> dict[str, Any]:
        """POSTs a user."""
        body = {"schemas": [USER], "userName": user_name, "active": True, **attributes}
        return self.call("POST", "Users", body)

    def create_group(self, display_name: str, member_ids: list[str], **attributes: Any) -> dict[str, Any]:
        """POSTs a group with its members."""
        members = [{"value": member} for member in member_ids]
        body = {"schemas": [GROUP], "displayName": display_name, "members": members, **attributes}
        return self.call("POST", "Groups", body)

    def patch(self, path: str, *operations: dict[str, Any]) -> dict[str, Any]:
        """PATCHes a resource."""
        return self.call("PATCH", path, patch_body(*operations))

    def every(self, path: str, scim_filter: str, page: int = 100) -> list[dict[str, Any]]:
        """All resources that match, page after page."""
        found: list[dict[str, Any]] = []
        while True:
            answer = self.call("GET", path, filter=scim_filter, startIndex=len(found) + 1, count=page)
            resources = answer.get("Resources", [])
            found += resources
            if not resources or len(found) >= answer["totalResults"]:
                return found


def patch_body(*operations: dict[str, Any]) -> dict[str, Any]:
    """The body of a PATCH."""
    return {"schemas": [PATCH], "Operations": list(operations)}


def deactivation() -> dict[str, Any]:
    """What Okta sends when a person is gone: no path, a value object."""
    return {"op": "replace", "value": {"active": False}}
