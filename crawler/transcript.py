"""A check as the conversation it was: for a person to read, or as JSON."""

import re
from collections.abc import Iterator
from dataclasses import asdict

import orjson

from crawler.outcome import Outcome
from crawler.records import Check, Exchange, Instance, NodeInfo, PeerListState

_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""C1 controls, line separators, and marks that turn text around."""

_MEANING = {
    Outcome.OK: "understood",
    Outcome.DNS_FAILED: "the name leads nowhere",
    Outcome.TIMED_OUT: "it did not answer in time",
    Outcome.REFUSED: "no connection",
    Outcome.TLS_FAILED: "its certificate or TLS is not valid",
    Outcome.BAD_HTTP: "what it sends is not HTTP",
    Outcome.HTTP_ERROR: "it answers with an error",
    Outcome.NO_NODEINFO: "it answers, but offers no NodeInfo",
    Outcome.TOO_LARGE: "it sends more than we take",
    Outcome.NOT_JSON: "it sends something else than JSON",
    Outcome.WRONG_SHAPE: "it sends JSON, but not the document it should",
    Outcome.BOT_WALL: "a challenge page stands before it",
    Outcome.REDIRECTED_AWAY: "it sends us to another server",
    Outcome.FOREIGN_HREF: "its NodeInfo is said to be on another server",
    Outcome.ROBOTS_DISALLOWED: "its robots.txt asks us not to",
    Outcome.OPTED_OUT: "it asks not to be listed",
    Outcome.BLOCKED_ADDRESS: "its address is not public; nothing was sent there",
    Outcome.RATE_LIMITED: "it asks us to come later",
    Outcome.BUDGET_SPENT: "the check used up its requests or its time",
}


def as_json(check: Check) -> bytes:
    """The whole check as one JSON document, which a terminal may show too."""
    written = orjson.dumps(
        _encodable(asdict(check)),
        default=_plain,
        option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE,
    )
    # JSON escapes C0 only; what else obeys or turns a terminal is escaped here, inside of strings
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", written.decode()).encode()


def _encodable(value: object) -> object:
    """Half of a surrogate pair is in no encoding."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _encodable(held) for key, held in value.items()}
    if isinstance(value, tuple):
        return [_encodable(held) for held in value]
    return value


def _plain(value: object) -> object:
    """Documents are JSON already, so they are shown as such."""
    if isinstance(value, bytes):
        return orjson.Fragment(value)
    raise TypeError(f"{type(value).__name__} has no place in a transcript")


def as_text(check: Check) -> str:
    """The whole check as lines. Nothing a server wrote can begin one, or be obeyed by a terminal."""
    return "\n".join(_inert(line) for line in _lines(check)) + "\n"


def _inert(line: str) -> str:
    """Text that a terminal only shows; the joiners of emoji and of Persian stay."""
    return "".join(c if c.isprintable() or c in "\u200c\u200d" else "\ufffd" for c in line)


def _lines(check: Check) -> Iterator[str]:
    yield f"{check.hostname}, asked {check.started_at:%Y-%m-%d %H:%M:%S} UTC"
    yield ""
    for exchange in check.exchanges:
        yield from _exchange(exchange)
    if check.exchanges:
        yield ""
    if check.nodeinfo is not None:
        yield from _block("NodeInfo", _nodeinfo(check.nodeinfo))
    if check.instance is not None:
        yield from _block(f"Its own API ({check.instance.endpoint})", _instance(check.instance))
    yield from _block("Peers", _peers(check))
    yield from _block("Its past", _activity(check))
    yield from _block("Other names", [f"{a.hostname} ({a.evidence})" for a in check.aliases])
    yield from _block("Notes", list(check.notes))
    yield f"Outcome: {check.outcome} — {_MEANING[check.outcome]}"
    if check.detail:
        yield f"         {check.detail}"
    if check.is_counting_refused:
        yield "         It asks not to be counted: it would be listed as such, with no numbers."
    if check.moved_to is not None:
        yield f"         It says that it moved to {check.moved_to}."
    if check.retry_after_seconds is not None:
        yield f"         It asks us to stay away for {check.retry_after_seconds:,} s."
    yield f"         {len(check.exchanges)} questions in {check.seconds:.2f} s"


def _exchange(exchange: Exchange) -> Iterator[str]:
    came = exchange.fault or "" if exchange.status is None else str(exchange.status)
    size = f"{exchange.body_bytes:,} B" if exchange.body_bytes else ""
    yield f"  {exchange.method:<4} {exchange.path:<44} {came:<18} {size:>12} {exchange.seconds:7.3f} s"
    if exchange.purpose:
        yield f"       to learn {exchange.purpose}"
    if exchange.detail:
        yield f"       {exchange.detail}"


def _block(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield title
        yield from (f"  {line}" for line in lines)
        yield ""


def _said(pairs: list[tuple[str, object]]) -> list[str]:
    """Only what was said: `None` and empty lists are not."""
    return [
        f"{name:<24} {_shown(value)}" for name, value in pairs if value is not None and value != ()
    ]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return ", ".join(str(held) for held in value)
    return str(value)


def _nodeinfo(info: NodeInfo) -> list[str]:
    return _said(
        [
            ("software", info.software_name),
            ("version", info.software_version),
            ("name", info.name),
            ("open registrations", info.is_open_registrations),
            ("registered users", info.users_total),
            ("MAU", info.users_active_month),
            ("active in six months", info.users_active_halfyear),
            ("local posts", info.local_posts),
            ("local comments", info.local_comments),
            ("protocols", info.protocols),
            ("withholds its numbers", info.is_statistics_hidden or None),
            ("keys not read", info.unread_keys),
        ]
    )


def _instance(instance: Instance) -> list[str]:
    return _said(
        [
            ("title", instance.title),
            ("description", instance.description),
            ("version", instance.version_raw),
            ("registration", instance.registration.value),
            ("registered users", instance.users_total),
            ("MAU", instance.users_active_month),
            ("local posts", instance.local_posts),
            ("servers it knows", instance.domains_known),
            ("languages", instance.languages),
            ("rules", f"{len(instance.rules)}" if instance.rules else None),
            ("calls itself", instance.identity),
            ("keys not read", instance.unread_keys),
        ]
    )


def _peers(check: Check) -> list[str]:
    lines = []
    for peers in check.peer_lists:
        if peers.state is PeerListState.SERVED:
            shown = ", ".join(peers.hostnames[:5]) + (", …" if len(peers.hostnames) > 5 else "")
            lines.append(f"{peers.kind:<12} {len(peers.hostnames):,} at {peers.endpoint}: {shown}")
        else:
            detail = f" ({peers.detail})" if peers.detail else ""
            lines.append(f"{peers.kind:<12} {peers.state} at {peers.endpoint}{detail}")
        lines += [
            f"{'':<12} {count:,} not taken: {reason}" for reason, count in peers.rejected_counts
        ]
    return lines


def _activity(check: Check) -> list[str]:
    if not check.activity:
        return []
    first = min(point.starts_on for point in check.activity)
    return [f"{len(check.activity)} stretches since {first}"]
