"""Figures of real history, reproduced to the digit from what is published."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.publish import publish
from pipeline.read import Published
from pipeline.sources.importing import import_file
from pipeline.sources.mapping import Mapping

pytestmark = [pytest.mark.shared, pytest.mark.slow]

FACTS = Path(__file__).with_name("facts")
NOW = datetime(2026, 1, 1, tzinfo=UTC)

DUMPS, CAPTURES = "instances.social", "instances.social-captures"


@pytest.fixture(scope="module")
def expected(shared: Path) -> dict[str, Any]:
    """The exact figures, by their name."""
    told = json.loads((shared / "reference" / "FACTS.json").read_text())
    return {fact["id"]: fact["value"] for fact in told}


@pytest.fixture(scope="module")
def published(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """Both dumps and the table of captures of one day in November 2022, imported and published."""
    data = tmp_path_factory.mktemp("facts")
    folder = shared / "reference" / "instances_social_2022-11-20"
    for path in (*sorted((folder / "raw").glob("*.json.gz")), folder / "observations.parquet"):
        import_file(path, "instances-social", Mapping(), data, now=NOW)
    publish(data)
    door = Published(data)
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
