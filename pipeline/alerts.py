"""Alerts: what happened to watched servers is sent to the addresses of `watches.toml` after it was published.

A watch begins now: what happened before it was written down is not news. Each event is sent at least once;
its `id` says whether it came before. What was sent is kept beside the file (`alerts.json`), replaced whole. An
address that does not take its events is tried again later and later, and gets what it missed within 30 days.

The body is a CloudEvents 1.0 JSON batch; headers and signature are those of Standard Webhooks. Nothing here
opens a connection: the crawler's own guarded client does, as a program of its own.
"""

import base64
import binascii
import fcntl
import hashlib
import hmac
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.text import plain
from pipeline.exceptions import AlertError, HandKeptError, PipelineError
from pipeline.read import About, Published
from pipeline.status import moment, one_line, stamp
from pipeline.watches import FILE_NAME, Watch, read_watches

STATE_NAME = "alerts.json"
"""In the data folder: what was sent, and who could not be reached."""

NEWS_DAYS = 30
"""Older events are no news to an address that could not be reached for so long."""

FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
"""After a failure an address rests; twice as long after each further one."""

LETTER_EVENTS = 100
"""Events of one POST: some tens of kilobytes, which every receiver takes."""

LEAST_SECRET_BYTES = 16
"""A shorter secret can be guessed from a signature."""

_MOST_EVENTS = 10_000
_CHILD_SECONDS = 300.0
_LOCK_NAME = ".alerts.lock"


@dataclass(slots=True, kw_only=True)
class WatchState:
    """What is known of one watch."""

    hosts: list[str] = field(default_factory=list)
    """Marks of its servers; of one that is new, what happened before is not news."""
    seen: list[str] = field(default_factory=list)
    """Day and mark of each event that was sent, or is no news. Marks, because who opts out is kept nowhere."""
    sent_count: int = 0
    """Events that its address took."""
    sent_at: str | None = None
    """When it last took some, UTC."""
    waiting_count: int = 0
    """Events that are still to be sent."""
    failures_in_row: int = 0
    """Since its address last took some."""
    problem: str = ""
    """Why it did not."""
    next_try_at: str | None = None
    """UTC; `None` = as soon as there is something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What one run did."""

    watches_count: int
    sent_count: int
    failed: tuple[str, ...]
    """Names of watches whose address did not take its events."""


def send(
    data: Path,
    *,
    now: datetime,
    environ: Mapping[str, str] = os.environ,
    way: Sequence[str] = (),
    tries_all: bool = False,
) -> Done:
    """Send what is new. `way`: options that lead the crawler's client; `tries_all`: nobody rests.

    Raises `HandKeptError`, `AlertError`, and what the readers' door raises.
    """
    watches = read_watches(data / FILE_NAME)
    if not watches:
        return Done(watches_count=0, sent_count=0, failed=())
    secrets = {watch.name: _secret(watch, environ) for watch in watches}
    with _only_one(data):
        before = read_state(data)
        states = {watch.name: before.get(watch.name, WatchState()) for watch in watches}
        published = Published(data)
        try:
            about = published.about()
            fresh = {
                watch.name: _fresh(published, about, watch, states[watch.name]) for watch in watches
            }
        finally:
            published.close()
        # a new watch has begun, whatever becomes of the letters
        _write_state(data, states)
        ready = [
            watch
            for watch in watches
            if fresh[watch.name] and (tries_all or not _rests(states[watch.name], now))
        ]
        parcels = [
            (watch, part) for watch in ready for part in _parts(fresh[watch.name], LETTER_EVENTS)
        ]
        letters = [_letter(watch, part, secrets[watch.name], now) for watch, part in parcels]
        receipts = _deliver(letters, way) if letters else []
        for (watch, part), receipt in zip(parcels, receipts, strict=True):
            _note(states[watch.name], part, receipt, now)
        for watch in watches:
            if watch in ready or not fresh[watch.name]:
                _rest(states[watch.name], now)
        _write_state(data, states)
    return Done(
        watches_count=len(watches),
        sent_count=sum(
            len(part)
            for (_, part), receipt in zip(parcels, receipts, strict=True)
            if receipt["outcome"] == "ok"
        ),
        failed=tuple(watch.name for watch in watches if states[watch.name].failures_in_row),
    )


# --- what is new ---------------------------------------------------------------------------------


def _fresh(
    published: Published, about: About, watch: Watch, state: WatchState
) -> list[dict[str, Any]]:
    """Events to be sent, the oldest first; notes in the state what is no news."""
    oldest = about.published_at.date() - timedelta(days=NEWS_DAYS)
    told = published.watched(watch.hostnames, rows=_MOST_EVENTS).to_pylist()
    events = [_event(row, watch, about) for row in told if row["happened_on"] >= oldest]
    known, seen = set(state.hosts), {mark for mark in state.seen if mark[:10] >= str(oldest)}
    seen |= {
        _seal(event)
        for event in events
        if _mark(event["subject"]) not in known or event["data"]["event"] not in watch.events
    }
    state.hosts = sorted(map(_mark, watch.hostnames))
    state.seen = sorted(seen)
    fresh = [event for event in reversed(events) if _seal(event) not in seen]
    state.waiting_count = len(fresh)
    return fresh


def _event(row: Mapping[str, Any], watch: Watch, about: About) -> dict[str, Any]:
    """One event as CloudEvents has it; what servers said in it is plain text."""
    on: date = row["happened_on"]
    hostname, event = row["hostname"], row["event"]
    return {
        "specversion": "1.0",
        "id": f"{on}/{hostname}/{event}",
        "source": "herdbook",
        "type": f"herdbook.{event}",
        "subject": hostname,
        "time": f"{on}T00:00:00Z",
        "datacontenttype": "application/json",
        "data": {
            "watch": watch.name,
            "hostname": hostname,
            "event": event,
            "happened_on": f"{on}",
            "said_before": plain(row["said_before"], 128),
            "said_after": plain(row["said_after"], 128),
            "servers_count": row["servers_count"],
            "is_replica": about.is_replica,
        },
    }


def _seal(event: Mapping[str, Any]) -> str:
    return f"{event['data']['happened_on']} {_mark(event['id'])}"


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _parts(events: Sequence[dict[str, Any]], size: int) -> Iterator[Sequence[dict[str, Any]]]:
    for begin in range(0, len(events), size):
        yield events[begin : begin + size]


# --- letters -------------------------------------------------------------------------------------


def _secret(watch: Watch, environ: Mapping[str, str]) -> bytes:
    """The secret of a watch. Raises `HandKeptError`."""
    told = environ.get(watch.secret_env, "")
    try:
        # Standard Webhooks writes secrets as whsec_ and base64
        secret = (
            base64.b64decode(told.removeprefix("whsec_"), validate=True)
            if told.startswith("whsec_")
            else told.encode()
        )
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) < LEAST_SECRET_BYTES:
        raise HandKeptError(
            f"{FILE_NAME}, watch {watch.name!r}: the environment variable {watch.secret_env} does not hold a secret "
            f"of at least {LEAST_SECRET_BYTES} bytes to sign with"
        )
    return secret


def _letter(
    watch: Watch, events: Sequence[Mapping[str, Any]], secret: bytes, now: datetime
) -> dict[str, Any]:
    body = _inert(json.dumps(events, separators=(",", ":")))
    # the same events have the same id, however often they are sent
    letter_id = (
        "msg_" + hashlib.sha256("\n".join(e["id"] for e in events).encode()).hexdigest()[:32]
    )
    at = f"{int(now.timestamp())}"
    signed = hmac.digest(secret, f"{letter_id}.{at}.{body}".encode(), "sha256")
    return {
        "url": watch.url,
        "headers": {
            "Content-Type": "application/cloudevents-batch+json; charset=utf-8",
            "webhook-id": letter_id,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
        },
        "body": body,
    }


def _inert(body: str) -> str:
    """JSON that stays text even where somebody pastes it into a page."""
    for sign in "<>&":
        body = body.replace(sign, f"\\u{ord(sign):04x}")
    return body


def _deliver(letters: Sequence[Mapping[str, Any]], way: Sequence[str]) -> list[dict[str, str]]:
    """Have the crawler's client hand letters over; what became of each. Raises `AlertError`."""
    try:
        # -P: a folder named `crawler` where somebody happens to stand must not be ours
        done = subprocess.run(
            [sys.executable, "-P", "-m", "crawler", "deliver", *way],
            input=json.dumps(letters).encode(),
            capture_output=True,
            timeout=_CHILD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise AlertError("handing events over took too long; they are sent again") from None
    if done.returncode != 0:
        raise AlertError(
            f"events could not be handed over: {one_line(done.stderr.decode(errors='replace'))}"
        )
    receipts: list[dict[str, str]] = json.loads(done.stdout)
    return receipts


# --- what was sent -------------------------------------------------------------------------------


def _note(
    state: WatchState,
    events: Sequence[Mapping[str, Any]],
    receipt: Mapping[str, str],
    now: datetime,
) -> None:
    if receipt["outcome"] != "ok":
        state.problem = one_line(f"{receipt['outcome']}: {receipt['detail']}")
        return
    state.seen = sorted({*state.seen, *map(_seal, events)})
    state.sent_count += len(events)
    state.waiting_count -= len(events)
    state.sent_at = stamp(now)


def _rest(state: WatchState, now: datetime) -> None:
    """Say when a watch that was tried is tried again."""
    if not state.waiting_count:
        state.failures_in_row, state.problem, state.next_try_at = 0, "", None
        return
    state.failures_in_row += 1
    wait = min(FIRST_WAIT * (1 << min(state.failures_in_row - 1, 20)), LONGEST_WAIT)
    state.next_try_at = stamp(now + wait)


def _rests(state: WatchState, now: datetime) -> bool:
    at = moment(state.next_try_at)
    # a time far off is of a clock that was wrong
    return at is not None and now < at <= now + LONGEST_WAIT


def read_state(data: Path) -> dict[str, WatchState]:
    """What was sent so far, by the names of watches. Raises `AlertError`."""
    path = data / STATE_NAME
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return {name: WatchState(**state) for name, state in told["watches"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise AlertError(
            f"{path} cannot be read: {error!s:.100}. Move it aside: every watch then begins anew, and what was "
            "not sent until then stays unsent"
        ) from None


def problems(data: Path) -> list[str]:
    """A sentence for each watch whose address does not take its events, for `herdbook status`."""
    try:
        states = read_state(data)
    except PipelineError as error:
        return [f"{error}"]
    return [
        f"{name!r} could not be told {state.waiting_count:,} events, {state.failures_in_row} failures in a row, "
        f"next try {state.next_try_at or 'soon'}: {state.problem[:200]}"
        for name, state in states.items()
        if state.failures_in_row
    ]


def _write_state(data: Path, states: Mapping[str, WatchState]) -> None:
    aside = data / f".{STATE_NAME}.new"
    told = {"watches": {name: asdict(state) for name, state in states.items()}}
    with aside.open("w", encoding="utf-8") as file:
        file.write(json.dumps(told, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, data / STATE_NAME)


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Hold the state while the block lasts. Raises `AlertError`."""
    with (data / _LOCK_NAME).open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlertError("another process sends alerts of this folder right now") from None
        yield
