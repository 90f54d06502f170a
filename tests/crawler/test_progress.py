"""Progress: plain lines for a log, a bar for a terminal, and silence when asked for."""

from datetime import UTC, datetime
from typing import Any

import pytest

from crawler import progress
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.progress import Progress
from crawler.records import Check, PeerKind, PeerList, PeerListState


def _check(outcome: Outcome = Outcome.OK, peers: int = 0) -> Check:
    named = tuple(Hostname(f"h{n}.example") for n in range(peers))
    return Check(
        hostname=Hostname("one.example"),
        started_at=datetime(2026, 11, 20, tzinfo=UTC),
        seconds=0.1,
        outcome=outcome,
        peer_lists=(
            PeerList(
                endpoint="/p", kind=PeerKind.KNOWS, state=PeerListState.SERVED, hostnames=named
            ),
        ),
    )


def test_a_line_counts_outcomes_and_peers(capsys: Any) -> None:
    """What is worth knowing in one look; to stderr, because stdout belongs to output."""
    with Progress(limit=1000) as watch:
        for check in (_check(peers=1500), _check(peers=2), _check(Outcome.DNS_FAILED)):
            watch.saw(check)

    out, err = capsys.readouterr()
    assert "" == out
    assert err.startswith(
        "3 of at most 1,000 servers visited, 2 ok, dns_failed 1; 1,502 peers named"
    )
    assert 3 == watch.visited_count


def test_no_server_is_a_line_too(capsys: Any) -> None:
    """A crawl of nobody says so."""
    with Progress():
        pass

    assert capsys.readouterr().err.startswith("0 servers visited, 0 ok; 0 peers named; 0 a second")


def test_quiet_says_nothing(capsys: Any) -> None:
    """Not even at the end."""
    with Progress(is_quiet=True) as watch:
        watch.saw(_check())

    assert ("", "") == capsys.readouterr()


def test_a_log_gets_a_line_now_and_then(capsys: Any, monkeypatch: Any) -> None:
    """Not one per server; and no control characters."""
    monkeypatch.setattr(progress, "_LINE_EVERY_SECONDS", 0.0)

    with Progress() as watch:
        for _ in range(3):
            watch.saw(_check())

    err = capsys.readouterr().err
    assert 4 == len(err.splitlines())
    assert err.replace("\n", "").isprintable()


def test_a_terminal_gets_a_bar(capsys: Any, monkeypatch: Any) -> None:
    """Drawn in place and removed; the last line stays."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")

    with Progress(limit=4) as watch:
        watch.saw(_check())
        drawn = watch._drawn().plain

    assert drawn.startswith("━" * 24 + "  25% 1 of at most 4 servers visited")
    assert "1 of at most 4 servers visited" in capsys.readouterr().err


@pytest.mark.parametrize("count", [4, 9])
def test_a_bar_never_passes_its_end(count: int) -> None:
    """More visits than the limit are still 100 %."""
    watch = Progress(limit=4, is_quiet=True)
    for _ in range(count):
        watch.saw(_check())

    assert " 100% " in watch._drawn().plain
