"""A made-up network with planted communities, crawled three times with changes, hidings and returns."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from crawler.records import PeerDetail, PeerKind, PeerListState
from pipeline.frontier import DuckDBFrontier
from pipeline.publish import publish
from pipeline.read import Published
from pipeline.warehouse import Warehouse

SERVERS = 80
PARTS = 4
LANGUAGES = ("de", "en", "fr", "ja")
SOFTWARE = ("mastodon", "misskey", "lemmy")
SMALL = 77
"""Servers from here on are too small to be shown."""


def hostname(number: int) -> str:
    """Name of a server; five of them share a registrable domain."""
    return f"s{number}.farm.example" if number % 16 == 0 else f"s{number}.example"


@dataclass
class Networked:
    """A data folder, and the truth about it."""

    data: Path
    days: list[date] = field(default_factory=list)
    truth: list[set[tuple[str, str]]] = field(default_factory=list)
    """Edges that hold at the end of each crawl."""


def _lists(crawl: int) -> dict[int, set[int]]:
    """Whom each server names in a crawl: many of its own part, some of the others."""
    drawn = np.random.default_rng(1).random((SERVERS, SERVERS))
    part = np.arange(SERVERS) % PARTS
    chance = np.where(part[:, None] == part, 0.8, 0.1)
    named = drawn < chance
    # a few links change each time, and some come back
    flips = np.random.default_rng(2 + crawl % 2).random((SERVERS, SERVERS)) < 0.02
    named ^= flips if crawl else np.zeros_like(flips)
    named |= named.T & (drawn < 0.9)
    np.fill_diagonal(named, False)
    return {number: set(np.flatnonzero(named[number]).tolist()) for number in range(SERVERS)}


def _crawl(data: Path, made: Any, network: Networked, crawl: int, at: datetime) -> None:
    warehouse = Warehouse.open(data, is_replica=True)
    frontier = DuckDBFrontier(warehouse, crawl_id=f"c{crawl}", admits_reserved=True, now=lambda: at)
    holds = set(network.truth[-1]) if network.truth else set()
    checks = []
    for number, named in _lists(crawl).items():
        name = hostname(number)
        # one of nine hides its list in the second crawl: what is known stays
        is_hidden = crawl == 1 and number % 9 == 4
        peers = (
            made.peers(state=PeerListState.HIDDEN)
            if is_hidden
            else made.peers(*(hostname(other) for other in sorted(named)))
        )
        if not is_hidden:
            holds = {edge for edge in holds if edge[0] != name}
            holds |= {(name, hostname(other)) for other in named}
        blocks = (
            made.peers(
                *(["s1.example", "s2.example"] if crawl else ["s1.example"]),
                kind=PeerKind.BLOCKS,
                details=[PeerDetail(severity="suspend"), PeerDetail(severity="silence")][
                    : 1 + bool(crawl)
                ],
            ),
        )
        people = 5 if number >= SMALL else 1_000 - 10 * number
        checks.append(
            made.check(
                name,
                started_at=at,
                nodeinfo=made.nodeinfo(
                    SOFTWARE[number % 3], users_total=2 * people, users_active_month=people
                )
                if number != SERVERS - 4
                else made.nodeinfo("lemmy"),
                instance=made.instance(
                    title=f"<&> {number}\x0b", languages=(LANGUAGES[number % 4],)
                ),
                peer_lists=(peers, *(blocks if number == 7 else ())),
            )
        )
    frontier.store(checks)
    frontier.finish("finished")
    publish(data, published_at=at)
    network.days.append(at.date())
    network.truth.append(holds)


@pytest.fixture(scope="session")
def networked(tmp_path_factory: pytest.TempPathFactory, made: Any) -> Networked:
    """Eighty servers in four communities, crawled three times, a day apart, and published."""
    network = Networked(tmp_path_factory.mktemp("networked"))
    for crawl in range(3):
        at = made.at + timedelta(days=crawl)
        _crawl(network.data, made, network, crawl, at)
    return network


@pytest.fixture
def published(networked: Networked) -> Iterator[Published]:
    """The readers' door of the network."""
    door = Published(networked.data)
    yield door
    door.close()


@pytest.fixture
def rows(networked: Networked) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file of the network, as a plain connection."""
    path = networked.data / "published" / "herdbook.duckdb"
    with duckdb.connect(path, read_only=True) as connection:
        yield connection
