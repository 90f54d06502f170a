"""Where visitors have one server checked, or its word read, at once: one child at a time, under one deadline.

The child is `pipeline.live_check`, which becomes the crawler's own guarded check. It stores nothing and
opens no warehouse. What it found is kept for a while, so that whoever asks next reads it too. No Streamlit.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from tempfile import TemporaryFile
from typing import IO, Any

import orjson

from dashboard.check_limits import CheckLimits, No

DEADLINE_SECONDS = 105.0
"""A check ends itself after 90; a process needs some seconds to begin."""

MOST_BYTES = 32_000_000
"""Of what a check tells: the longest lists of peers are a few megabytes."""

KEPT = 20
"""Results that are kept; each is some kilobytes."""

Command = Callable[[str, bool], Sequence[str]]
Reads = Callable[[bytes], dict[str, Any] | None]

_KEPT_OF_EXCHANGE = ("method", "path", "purpose", "status", "fault", "seconds", "body_bytes")
_REFUSED = {3: "opted_out", 4: "no_replica"}
"""Exit codes of `pipeline.live_check`."""


@dataclass(slots=True)
class LiveCheck:
    """One check on request, running or done."""

    hostname: str
    started_at: datetime
    is_done: bool = False
    problem: str | None = None
    """Why there is no result: `opted_out`, `no_replica`, `too_slow` or `failed`."""
    detail: str = ""
    """The check's own last words, where it failed."""
    told: dict[str, Any] = field(default_factory=dict)
    """Outcome, conversation and what the server says; no documents, no lists of peers."""


class CheckDesk:
    """Takes requests for checks. Safe for threads."""

    def __init__(
        self,
        command: Command | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
        reads: Reads | None = None,
    ):
        self._command = command or live_check
        self._deadline = deadline_seconds
        self._reads = reads or _read
        self._lock = threading.Lock()
        self._limits = CheckLimits()
        self._checks: OrderedDict[str, LiveCheck] = OrderedDict()
        self._process: subprocess.Popen[bytes] | None = None
        self._running: threading.Thread | None = None
        atexit.register(self.close)

    def find(self, hostname: str) -> LiveCheck | None:
        """The last check of a server on request, while it is kept."""
        with self._lock:
            return self._checks.get(hostname)

    def ask(
        self,
        hostname: str,
        visitor: str,
        now: datetime,
        *,
        is_replica: bool = False,
        asked_at: datetime | None = None,
    ) -> No | None:
        """Begin a check; `None` = it has begun, and `find` tells how it goes."""
        with self._lock:
            if self._running is not None and self._running.is_alive():
                return No(reason="busy", again_at=now)
            no = self._limits.take(hostname, visitor, now, asked_at=asked_at)
            if no is not None:
                return no
            check = LiveCheck(hostname=hostname, started_at=now)
            self._checks.pop(hostname, None)
            self._checks[hostname] = check
            while len(self._checks) > KEPT:
                self._checks.popitem(last=False)
            command = self._command(hostname, is_replica)
            self._running = threading.Thread(
                target=self._run, args=(check, command), name="check now", daemon=True
            )
            self._running.start()
        return None

    def wait(self) -> None:
        """Wait for the check that runs, if one does."""
        if self._running is not None:
            self._running.join()

    def close(self) -> None:
        """End the check that runs, if one does."""
        process = self._process
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)

    def _run(self, check: LiveCheck, command: Sequence[str]) -> None:
        try:
            with TemporaryFile() as output, TemporaryFile() as errors:
                self._converse(check, command, output, errors)
        except OSError as error:
            check.problem, check.detail = "failed", error.strerror or ""
        finally:
            check.is_done = True

    def _converse(
        self, check: LiveCheck, command: Sequence[str], output: IO[bytes], errors: IO[bytes]
    ) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
        try:
            code = self._process.wait(self._deadline)
        except subprocess.TimeoutExpired:
            self.close()
            self._process.wait()
            check.problem = "too_slow"
            return
        output.seek(0)
        told = self._reads(output.read(MOST_BYTES))
        if told is not None:
            check.told = told
        elif code in _REFUSED:
            check.problem = _REFUSED[code]
        else:
            errors.seek(0)
            words = errors.read(4_000).decode("utf-8", "replace").strip().splitlines()
            check.problem, check.detail = "failed", words[-1] if words else ""


def _read(text: bytes) -> dict[str, Any] | None:
    """The check as it tells itself, without what is large; `None` = it told nothing."""
    try:
        told = orjson.loads(text)
        exchanges = [
            {name: part.get(name) for name in _KEPT_OF_EXCHANGE} for part in told["exchanges"]
        ]
        return {
            "outcome": str(told["outcome"]),
            "detail": str(told.get("detail") or ""),
            "seconds": float(told["seconds"]),
            "is_counting_refused": bool(told.get("is_counting_refused")),
            "nodeinfo": told.get("nodeinfo") or {},
            "instance": told.get("instance") or {},
            "conversation": orjson.dumps(exchanges).decode(),
        }
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        return None


def _read_word(text: bytes) -> dict[str, Any] | None:
    """A server's word as its reader tells it; `None` = it told nothing."""
    try:
        told = orjson.loads(text)
        return {
            "answer": str(told["answer"]),
            "place": str(told["place"]),
            "notes": [str(note) for note in told["notes"]],
        }
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None


def live_check(hostname: str, is_replica: bool) -> list[str]:
    """The process that makes a check."""
    return _program("pipeline.live_check", hostname, is_replica)


def own_word(hostname: str, is_replica: bool) -> list[str]:
    """The process that reads a server's own word, and keeps to it."""
    return _program("pipeline.leaving", hostname, is_replica)


def _program(module: str, hostname: str, is_replica: bool) -> list[str]:
    # -P: a folder named `pipeline` where somebody happens to stand must not be ours
    command = [sys.executable, "-P", "-m", module]
    return [*command, *(["--replica"] if is_replica else []), "--", hostname]


@cache
def desk() -> CheckDesk:
    """The one desk of this process."""
    return CheckDesk()


@cache
def word_desk() -> CheckDesk:
    """Where words are read: a desk of its own, so that nobody who leaves waits for a check."""
    return CheckDesk(own_word, reads=_read_word)


def now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)
