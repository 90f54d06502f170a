"""The whole road: a replica is crawled by the real command, and the warehouse holds the truth and nothing else."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from crawler.outcome import Outcome
from crawler.records import PeerKind, PeerListState
from crawler.replica import farm
from crawler.replica.expected import Expected, Truth
from crawler.replica.population import COUNTS
from crawler.replica.world import World

pytestmark = pytest.mark.slow

SERVERS, SEED = 300, 11
_STRANGERS = 20
"""Of one registrable domain; one more when the first of them have answered alike."""


@dataclass(frozen=True)
class Crawled:
    """A crawl that has ended."""

    data: Path
    exit_code: int
    errors: str
    truth: Truth
    world: World

    def rows(self, query: str, file: str = "published/herdbook.duckdb") -> list[tuple[object, ...]]:
        """Ask one of its two files."""
        with duckdb.connect(self.data / file, read_only=True) as connection:
            return connection.execute(query).fetchall()

    @property
    def visited(self) -> dict[str, Expected]:
        """What is true of everybody whom it visited."""
        names = self.rows("select hostname from marts.checks")
        return {str(name): self.truth.expected(str(name)) for (name,) in names}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """The replica runs as a process, and a second one crawls all of it."""
    home = tmp_path_factory.mktemp("road")
    data = home / "replica"
    command = [sys.executable, "-m", "crawler", "replica"]
    command += ["--servers", str(SERVERS), "--seed", str(SEED)]
    environment = {**os.environ, "HERDBOOK_DATA": str(home)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as replica:
        try:
            assert replica.stdout is not None
            replica.stdout.readline()
            done = _crawl(data)
        finally:
            replica.terminate()
            replica.communicate(timeout=30)
    world = World(SERVERS, SEED)
    return Crawled(data, done.returncode, done.stderr, Truth(world), world)


def _crawl(data: Path) -> "subprocess.CompletedProcess[str]":
    rig = json.loads((data / "rig" / "rig.json").read_text())
    command = [sys.executable, "-m", "crawler", "crawl", "--quiet"]
    command += ["--connect-to", f"*:443:{rig['address']}:{rig['port']}"]
    command += ["--allow-address", "127.0.0.0/8", "--ca-file", rig["ca_file"]]
    command += ["--seeds", rig["seeds_file"]]
    environment = {**os.environ, "HERDBOOK_DATA": str(data)}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


def test_it_ends_without_a_word(crawled: Crawled) -> None:
    """The crawl ends with 0 and has nothing to complain about."""
    assert (0, "") == (crawled.exit_code, crawled.errors)


def test_everybody_who_can_be_found_is_visited_once(crawled: Crawled) -> None:
    """Every name that the seeds lead to has one check, and nobody else has one."""
    visits = crawled.rows("select hostname, count(*) from marts.checks group by hostname")

    honest = {str(name): count for name, count in visits if not farm.is_of_farm(str(name))}

    findable = {name for name in crawled.truth.findable if not farm.is_of_farm(name)}
    assert dict.fromkeys(findable, 1) == honest


def test_a_wildcard_farm_does_not_grow(crawled: Crawled) -> None:
    """Of endless siblings so many are visited as one registrable domain may bring."""
    farmhands = [name for name in crawled.visited if farm.is_of_farm(name)]

    assert 0 < len(farmhands) <= _STRANGERS + 1


def test_every_check_ends_as_intended(crawled: Crawled) -> None:
    """Each outcome is the one that was intended, bad neighbours included."""
    ended = dict(crawled.rows("select hostname, outcome from marts.checks"))

    assert {name: expected.outcome for name, expected in crawled.visited.items()} == ended


def test_every_edge_is_there_and_no_other(crawled: Crawled) -> None:
    """The stored edges are exactly those that the visited servers tell."""
    told = set().union(*(expected.edges for expected in crawled.visited.values()))
    names = "join raw.hostnames as {0}s on {0}s.id = {0}_id "
    query = (
        "select sources.hostname, targets.hostname, kind from raw.peer_edges "
        + names.format("source")
        + names.format("target")
        + "join raw.peer_kinds as kinds on kinds.id = kind_id"
    )

    edges = set(crawled.rows(query, "herdbook.duckdb"))

    assert (set(), set()) == (told - edges, edges - told)


def test_edges_of_very_small_servers_are_not_published(crawled: Crawled) -> None:
    """The published edges are those of the truth without those of servers with few people."""
    visited = crawled.visited
    told = set().union(*(expected.edges for expected in visited.values()))
    namers: dict[str, set[str]] = {}
    for source, target, _ in told:
        namers.setdefault(target, set()).add(source)

    def is_shown(name: str) -> bool:
        said = visited[name].numbers if name in visited else {}
        people = [said.get(field) for field in ("users_total", "users_active_month")]
        known = [number for number in people if number is not None]
        return max(known) > 10 if known else len(namers.get(name, ())) >= 10

    edges = set(crawled.rows("select source_hostname, target_hostname, kind from marts.peer_edges"))

    shown = {edge for edge in told if is_shown(edge[0]) and is_shown(edge[1])}
    assert (set(), set()) == (shown - edges, edges - shown)
    assert 0 < len(edges) < len(told)


def test_every_number_is_what_was_said(crawled: Crawled) -> None:
    """Numbers of NodeInfo are kept as they were said; what was withheld is null."""
    fields = ", ".join(f"nodeinfo_{name}" for name in COUNTS)
    query = f"select hostname, {fields} from raw.checks"

    kept = {str(row[0]): row[1:] for row in crawled.rows(query, "herdbook.duckdb")}

    nothing: dict[str, int | None] = dict.fromkeys(COUNTS)
    assert {
        name: tuple((expected.numbers or nothing)[field] for field in COUNTS)
        for name, expected in crawled.visited.items()
    } == kept


def test_who_asks_not_to_be_counted_is_not(crawled: Crawled) -> None:
    """Refusers are published as such, without numbers and without edges of their own."""
    refusing = {name for name, said in crawled.visited.items() if said.is_counting_refused}

    marked = {
        str(name)
        for (name,) in crawled.rows(
            "select hostname from marts.instances where is_counting_refused"
        )
    }
    numbers = crawled.rows(
        "select hostname from marts.instances where is_counting_refused "
        "and (users_total is not null or users_active_month is not null)"
    )

    assert marked <= refusing
    assert [] == numbers


def test_registration_and_software_are_published(crawled: Crawled) -> None:
    """Who may sign up, and what a server runs, reach the published file unchanged."""
    rows = crawled.rows(
        "select hostname, software_name, registration from marts.instances "
        "where last_outcome = 'ok' and not is_counting_refused"
    )

    published = {str(name): (software, registration) for name, software, registration in rows}

    known = {
        name: (said.software, said.registration.value)
        for name, said in crawled.visited.items()
        if said.outcome is Outcome.OK and said.registration is not None
    }
    assert known == {name: published.get(name) for name in known}


def test_hidden_lists_are_hidden(crawled: Crawled) -> None:
    """A list that is kept back is neither empty nor failed."""
    kept_back = {
        name: said.lists[PeerKind.KNOWS].state.value
        for name, said in crawled.visited.items()
        if PeerKind.KNOWS in said.lists
        and said.lists[PeerKind.KNOWS].state
        in (PeerListState.HIDDEN, PeerListState.DISALLOWED, PeerListState.DUMMY)
    }
    query = "select hostname, state from raw.peer_lists where kind = 'knows'"

    states = dict(crawled.rows(query, "herdbook.duckdb"))

    assert kept_back
    assert kept_back == {name: states.get(name) for name in kept_back}
