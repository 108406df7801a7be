"""A browser without JavaScript: it follows redirects, reads plain HTML forms and fills them in for one person."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pyotp
import requests

PAGES_MAX = 15
KNOWN_IDS = {"username", "password", "code", "submit", "allow", "confirm"}
# what a willing person presses, the most specific first
PREFERRED_BUTTONS = ("allow", "confirm", "submit")


@dataclass
class Person:
    """Who signs in, and with what."""

    user_name: str
    password: str
    id: str = ""
    # the secret of the authenticator, which the person reads from the page that sets one up
    secret: str = ""


@dataclass
class Button:
    """A submit button of a form."""

    id: str
    name: str
    value: str


@dataclass
class HtmlForm:
    """A form as it stands in the page."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    buttons: list[Button] = field(default_factory=list)


@dataclass
class Callback:
    """What arrived at the application: a URL, and the form body if it was posted."""

    url: str
    body: dict[str, str] | None = None


class SignInFailed(Exception):
    """The pages did not lead back to the application."""


class FormReader(HTMLParser):
    """Collects the forms of a page, and its text for messages."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[HtmlForm] = []
        self.text: list[str] = []
        self.key = ""
        self.refresh = ""
        self._form: HtmlForm | None = None
        self._is_key = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._is_key = given.get("id") == "key"
        if tag == "meta" and given.get("http-equiv") == "refresh":
            self.refresh = given.get("content", "").partition("url=")[2]
        if tag == "form":
            self._form = HtmlForm(given.get("action", ""), given.get("method", "get").upper())
            self.forms.append(self._form)
        elif tag in ("input", "button") and self._form is not None:
            self._control(self._form, tag, given)

    def _control(self, form: HtmlForm, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "submit" if tag == "button" else "text")
        form.ids.add(given.get("id", ""))
        if kind in ("submit", "image"):
            form.buttons.append(Button(given.get("id", ""), given.get("name", ""), given.get("value", "")))
        elif kind in ("checkbox", "radio") and "checked" not in given:
            return
        elif given.get("name"):
            form.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._is_key = False
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._is_key:
            self.key += "".join(data.split())
        if data.strip():
            self.text.append(data.strip())


class FormBrowser:
    """One browser with its cookies."""

    def __init__(self) -> None:
        self.session = requests.Session()
        # what the newest page says
        self.page = ""

    def visit(self, url: str, person: Person, until: list[str]) -> Callback:
        """Opens a URL and answers every form as this person, until the browser would go to one of the `until` URLs."""
        answer = self._get(url)
        seen: list[str] = []
        for _ in range(PAGES_MAX):
            if answer.is_redirect:
                target = urljoin(answer.url, answer.headers["Location"])
                if _leads_to(target, until):
                    return Callback(target)
                answer = self._get(target)
                continue
            page = FormReader()
            page.feed(answer.text)
            self.page = " ".join(page.text)
            person.secret = page.key or person.secret
            seen.append(f"{answer.status_code} {urlsplit(answer.url).path}: {self.page[:200]}")
            if page.refresh:
                target = urljoin(answer.url, page.refresh)
                if _leads_to(target, until):
                    return Callback(target)
                answer = self._get(target)
                continue
            form = _the_form(page, seen)
            action = urljoin(answer.url, form.action)
            if _leads_to(action, until):
                return Callback(action, form.fields)
            answer = self._submit(answer.url, action, form, person)
        raise SignInFailed(f"no end after {PAGES_MAX} pages:\n" + "\n".join(seen))

    def _get(self, url: str) -> requests.Response:
        return self.session.get(urldefrag(url).url, allow_redirects=False, timeout=30)

    def _submit(self, page_url: str, action: str, form: HtmlForm, person: Person) -> requests.Response:
        values = form.fields | _answers(form, person)
        button = _button(form)
        if button is not None and button.name:
            values[button.name] = button.value
        if form.method == "GET":
            return self.session.get(action, params=values, allow_redirects=False, timeout=30)
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(page_url))
        headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
        return self.session.post(action, data=values, headers=headers, allow_redirects=False, timeout=30)


def _leads_to(url: str, until: list[str]) -> bool:
    return any(url == end or url.startswith((end + "?", end + "#")) for end in until)


def _the_form(page: FormReader, seen: list[str]) -> HtmlForm:
    candidates = [form for form in page.forms if form.ids & KNOWN_IDS or len(page.forms) == 1]
    if not candidates:
        raise SignInFailed("a page without a form to go on with:\n" + "\n".join(seen))
    return candidates[0]


def _answers(form: HtmlForm, person: Person) -> dict[str, str]:
    known = {"username": person.user_name, "password": person.password}
    if person.secret:
        known["code"] = pyotp.TOTP(person.secret).now()
    return {name: value for name, value in known.items() if name in form.fields}


def _button(form: HtmlForm) -> Button | None:
    for wanted in PREFERRED_BUTTONS:
        for button in form.buttons:
            if button.id == wanted:
                return button
    return form.buttons[0] if form.buttons else None
