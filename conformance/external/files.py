"""Files on the disk of the person: those that a page hands over, and those that are chosen for it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cases import Failed
from doorward import WORK
from person import Person

WAIT_SECONDS = 10.0
UNFINISHED = ".crdownload"


def received(person: Person, deed: Callable[[], None]) -> Path:
    """Does what downloads a file, and waits until it is there whole."""
    into = Path(tempfile.mkdtemp(prefix="download-", dir=WORK / "data"))
    behaviour = {"behavior": "allow", "downloadPath": str(into)}
    person.driver.execute_cdp_cmd("Browser.setDownloadBehavior", behaviour)
    deed()
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        # until it is whole it has another ending, or a hidden name
        if found := [it for it in into.iterdir() if it.suffix != UNFINISHED and not it.name.startswith(".")]:
            return found[0]
        time.sleep(0.05)
    raise Failed(f"no file after {WAIT_SECONDS} s: {[it.name for it in into.iterdir()]}")


def choose_file(person: Person, label: str, name: str, content: bytes) -> None:
    """Chooses a file from the disk in the field with this label."""
    file = Path(tempfile.mkdtemp(prefix="upload-", dir=WORK / "data")) / name
    file.write_bytes(content)
    person.find("button", label).element().send_keys(str(file))
