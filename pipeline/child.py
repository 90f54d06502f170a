"""A process that Herdbook starts, watches and ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_POLL_SECONDS = 0.05
_TAIL_LINES = 12


class Child:
    """One running `python -m MODULE …`, in a session of its own.

    Ctrl-C in a terminal goes to the whole foreground group, and a second signal makes a crawl drop what
    is in flight; in its own session a child hears of the end from us only, once and in order.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path | None = None,
    ) -> None:
        self.name = name
        """What people know it by, e.g. `the dashboard`."""
        self.log = log
        """Where its words go; `None` = to our own terminal."""
        if log is None:
            self._process = self._start(arguments, environment, None)
            return
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as file:
            self._process = self._start(arguments, environment, file.fileno())

    @staticmethod
    def _start(
        arguments: Sequence[str], environment: Mapping[str, str], output: int | None
    ) -> "subprocess.Popen[bytes]":
        # -P: a folder named `crawler` where somebody happens to stand must not be ours
        return subprocess.Popen(
            [sys.executable, "-P", "-m", *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended; `None` = it runs. Minus the signal's number when a signal ended it."""
        return self._process.poll()

    @property
    def words(self) -> str:
        """What it has written to its log so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log else ""

    @property
    def last_words(self) -> str:
        """The end of its log, for whoever wants to know why it died."""
        return "\n".join(self.words.strip().splitlines()[-_TAIL_LINES:])

    def ask_to_end(self) -> None:
        """Send SIGTERM, unless it has ended."""
        if self.exit_code is None:
            self._process.send_signal(signal.SIGTERM)

    def end(self, seconds: float) -> bool:
        """Wait for it to end as asked, then kill it. Says whether it ended by itself."""
        self.ask_to_end()
        deadline = time.monotonic() + seconds
        while self.exit_code is None and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        if self.exit_code is not None:
            return True
        self._process.kill()
        self._process.wait()
        return False
