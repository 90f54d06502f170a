"""Figures of real history, reproduced to the digit from what is published."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.read import Published
from pipeline.warehouse import Warehouse

pytestmark = [pytest.mark.shared, pytest.mark.slow]

FACTS = Path(__file__).with_name("facts")

DUMPS, CAPTURES = "instances.social", "instances.social-captures"


@pytest.fixture(scope="module")
def expected(shared: Path) -> dict[str, Any]:
    """The exact figures, by their name."""
    told = json.loads((shared / "reference" / "FACTS.json").read_text())
    return {fact["id"]: fact["value"] for fact in told}


@pytest.fixture(scope="module")
def published(history: Path) -> Iterator[Published]:
    """Everything that the facts are about, imported and published."""
    door = Published(history)
    yield door
    door.close()


def _ask(published: Published, name: str) -> list[dict[str, Any]]:
    return published.query_table((FACTS / f"{name}.sql").read_text()).to_pylist()


def test_a_capture_has_the_numbers_its_source_served(
    published: Published, expected: dict[str, Any]
) -> None:
    """S1: servers, users, posts and open registrations, the same from the dump and from the table."""
    assert [
        {"source": DUMPS, **expected["S1"]},
        {"source": CAPTURES, **expected["S1"]},
    ] == _ask(published, "S1")


def test_concentration_is_the_same_to_the_digit(
    published: Published, expected: dict[str, Any]
) -> None:
    """S2: shares, instances that hold half, median, Herfindahl-Hirschman, Shannon."""
    assert [
        {"source": DUMPS, **expected["S2"]},
        {"source": CAPTURES, **expected["S2"]},
    ] == _ask(published, "S2")


def test_growth_of_a_day_is_that_of_the_servers_seen_at_both_ends(
    published: Published, expected: dict[str, Any]
) -> None:
    """S3: net users, who gained most, who came and went."""
    (top, gained), fact = expected["S3"]["top"], expected["S3"]
    growth = {
        "net": fact["net"],
        "top": top,
        "top_gained": gained,
        "new": fact["new"],
        "gone": fact["gone"],
    }

    assert [{"source": DUMPS, **growth}, {"source": CAPTURES, **growth}] == _ask(published, "S3")


def test_lemmy_is_counted_as_its_list_counted_it(
    published: Published, expected: dict[str, Any]
) -> None:
    """S4: on each of three days instances, MAU, the largest, the ten largest, Herfindahl-Hirschman."""
    days = [
        {
            "day_on": name.removeprefix("S4_"),
            **fact,
            "top": fact["top"][0],
            "top_mau": fact["top"][1],
        }
        for name, fact in expected.items()
        if name.startswith("S4_")
    ]

    assert sorted(days, key=lambda day: day["day_on"]) == _ask(published, "S4")


def test_an_artefact_of_a_day_is_kept_as_it_was_said(
    published: Published, expected: dict[str, Any]
) -> None:
    """S5: facts are stored low; what to think of a jump is decided above them."""
    assert expected["S5"] == [row["users_active_month"] for row in _ask(published, "S5")]


def test_the_graph_of_lemmy_is_the_one_that_was_crawled(
    history: Path, expected: dict[str, Any]
) -> None:
    """S6: edges, who is linked most and links most, how many are mutual, who is blocked most."""
    fact = expected["S6"]
    in_hosts, in_servers = fact["top_indegree"]
    out_host, out_servers = fact["max_outdegree"]
    blocked_hosts, blocked_servers = fact["most_blocked"]

    with Warehouse.open(history, creates=False) as warehouse:
        sql = (FACTS / "S6.sql").read_text()
        found = warehouse.connection.execute(sql).to_arrow_table().to_pylist()

    assert [
        {
            **fact,
            "top_indegree": in_hosts[0],
            "top_indegree_servers": in_servers,
            "max_outdegree": out_host,
            "max_outdegree_servers": out_servers,
            "most_blocked": blocked_hosts[0],
            "most_blocked_servers": blocked_servers,
        }
    ] == found


def test_block_lists_played_back_are_the_lists_of_that_day(
    published: Published, expected: dict[str, Any]
) -> None:
    """S7: entries, targets, severities, the longest list, who is on all lists."""
    fact = expected["S7"]

    assert [
        {
            "edges": fact["edges"],
            "sources": fact["sources"],
            "targets": fact["targets"],
            **fact["sev"],
            "biggest": fact["biggest"][0],
            "biggest_targets": fact["biggest"][1],
            "all11": fact["all11"],
            "ge6": fact["ge6"],
        }
    ] == _ask(published, "S7")


def test_platforms_and_countries_of_a_directory(
    published: Published, expected: dict[str, Any]
) -> None:
    """S8: hosts, platforms, the most frequent platforms and countries."""
    (row,) = _ask(published, "S8")

    assert expected["S8"] == {**row, "top": dict(row["top"]), "countries": dict(row["countries"])}


def test_a_list_of_active_hosts_has_its_length(
    published: Published, expected: dict[str, Any]
) -> None:
    """S9: one list in one revision."""
    assert [{"hosts": expected["S9"]}] == _ask(published, "S9")
