"""An authenticator app of another make: it reads the QR code off the screen and knows RFC 6238."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import zxingcpp
from PIL import Image

from cases import check, equal
from person import Person

PICTURE = "QR code that holds the key written below"
STEP_SECONDS = 30


class Phone:
    """One account in the app."""

    def __init__(self) -> None:
        self.address = ""
        self.asked: dict[str, str] = {}
        self._used = 0
        self._now: Callable[[], float] = time.time

    def scan(self, person: Person) -> None:
        """Reads the picture, and holds it against the key in letters below."""
        picture = Image.open(io.BytesIO(person.find("image", PICTURE).element().screenshot_as_png))
        read = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        check(len(read) == 1, f"expected one QR code, got {len(read)}")
        self.address, self._now = read[0].text, person.now
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(self.address).query).items()}
        letters = [it.text().replace(" ", "") for it in person.all("code")]
        check(self.asked["secret"] in letters, f"the key in letters is another one than {self.asked}")

    def label(self) -> str:
        """How the app calls the account: issuer, colon, user name."""
        return unquote(urlsplit(self.address).path).lstrip("/")

    def code(self) -> str:
        """Six digits that were not used before; those of the next half minute where there is no other."""
        self._used = max(int(self._now()) // STEP_SECONDS, self._used + 1)
        return pyotp.TOTP(self.asked["secret"]).at(self._used * STEP_SECONDS)

    def same_code(self) -> str:
        """The six digits of before."""
        return pyotp.TOTP(self.asked["secret"]).at(self._used * STEP_SECONDS)


def enter_code(person: Person, code: str) -> None:
    """Answers the page that sets the app up."""
    person.fill("Enter the six-digit code the app shows", code)
    person.go("button", "Check code and continue")


def enrol(person: Person) -> tuple[Phone, list[str]]:
    """Sets the app up on the page that asks for it, to the end; returns the app and the recovery codes."""
    phone = Phone()
    phone.scan(person)
    enter_code(person, phone.code())
    codes = shown_codes(person)
    person.go("button", "Activate MFA")
    return phone, codes


def shown_codes(person: Person) -> list[str]:
    """The recovery codes on the page."""
    codes = [it.text() for it in person.all("code")]
    equal(len(codes), 10, "number of recovery codes")
    return codes
