"""The clock of a server that a check lets run on: the machine's, and so many seconds more.

The product has no setting for its time and needs none: libfaketime stands between the process and the operating system.
What a process measures, such as how long a request may take, stays true.
"""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

LIBRARIES = "*/faketime/libfaketimeMT.so.1"


class Clock:
    """How far ahead of the machine one server is, which it reads from a file whenever it looks at its clock."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "seconds-ahead"
        self._ahead = timedelta()
        self.move(timedelta())

    def move(self, by: timedelta) -> None:
        """Lets so much time pass at once."""
        self._ahead += by
        new = self._file.with_suffix(".new")
        new.write_text(f"+{int(self._ahead.total_seconds())}")
        os.replace(new, self._file)

    def now(self) -> float:
        """What the clock shows, in seconds since 1970."""
        return time.time() + self._ahead.total_seconds()

    def environment(self) -> dict[str, str]:
        """What makes a process live by this clock."""
        installed = sorted(Path("/usr/lib").glob(LIBRARIES))
        if not installed:
            raise RuntimeError(f"no /usr/lib/{LIBRARIES}: install libfaketime")
        return {
            "LD_PRELOAD": str(installed[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DISABLE_SHM": "1",
            "NO_FAKE_STAT": "1",
        }
