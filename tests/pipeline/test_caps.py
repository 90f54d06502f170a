"""What the caps hold back: counted, shown, released by an operator."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.hostname import Hostname
from pipeline import caps
from pipeline.exceptions import HandKeptError
from pipeline.frontier import STRANGERS_PER_DOMAIN, DuckDBFrontier

TODAY = date(2026, 3, 20)
FARM = [f"s{number:02}.farm.example" for number in range(50)]
Begin = Callable[..., DuckDBFrontier]


@pytest.fixture
def farmed(frontier: DuckDBFrontier, made: Any) -> DuckDBFrontier:
    """A server that names fifty hosts of one domain."""
    frontier.store([made.check("a.example", peer_lists=(made.peers(*FARM, "b.example"),))])
    return frontier


def admitted(frontier: DuckDBFrontier) -> int:
    """How many hosts of the farm may be visited."""
    (count,) = frontier.warehouse.connection.execute(
        "select count(*) from frontier.hosts where registrable_domain = 'farm.example'"
    ).fetchall()[0]
    return int(count)


def test_what_is_held_back_is_counted_by_domain(farmed: DuckDBFrontier, tmp_path: Path) -> None:
    """FRO-03: the largest first, with an example; readable while the warehouse is in use."""
    caps.note_held(farmed.warehouse)

    assert [
        {
            "registrable_domain": "farm.example",
            "names_held": str(50 - STRANGERS_PER_DOMAIN),
            "hosts_admitted": str(STRANGERS_PER_DOMAIN),
            "example": f"s{STRANGERS_PER_DOMAIN}.farm.example",
        }
    ] == caps.held(tmp_path)


def test_a_released_domain_is_admitted_when_the_next_crawl_begins(
    farmed: DuckDBFrontier, frontier_of: Begin, tmp_path: Path
) -> None:
    """FRO-04: up to the new cap, although nobody names it again."""
    before = admitted(farmed)
    caps.release(tmp_path, Hostname("farm.example"), 45, reason="looked at", added_on=TODAY)

    after = frontier_of(crawl_id="c2")

    assert STRANGERS_PER_DOMAIN == before
    assert 45 == admitted(after)


def test_a_cap_can_be_lowered_too(frontier_of: Begin, tmp_path: Path, made: Any) -> None:
    """FRO-03: the operator's last word counts, also against a nuisance."""
    for cap in (45, 3):
        caps.release(tmp_path, Hostname("farm.example"), cap, reason="", added_on=TODAY)
    frontier = frontier_of()

    frontier.store([made.check("a.example", peer_lists=(made.peers(*FARM),))])

    assert 3 == admitted(frontier)


def test_caps_are_for_whole_domains(tmp_path: Path) -> None:
    """A cap for a subdomain would mean nothing, so it is refused."""
    with pytest.raises(HandKeptError, match=r"below farm\.example"):
        caps.release(tmp_path, Hostname("s1.farm.example"), 3, reason="", added_on=TODAY)


def test_a_list_that_cannot_be_read_stops_the_crawl(frontier_of: Begin, tmp_path: Path) -> None:
    """Nothing is guessed from a broken line."""
    (tmp_path / caps.RELEASED).write_text("registrable_domain,cap\nfarm.example,many\n")

    with pytest.raises(HandKeptError, match="Mend it"):
        frontier_of()
