"""What is read of one server: languages over time, other names, days, company."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.publish import publish_warehouse
from pipeline.read import Published
from pipeline.warehouse import Warehouse


@pytest.fixture
def door(filled_data: Path) -> Iterator[Published]:
    """The door to five days of a made-up network."""
    published = Published(filled_data)
    yield published
    published.close()


@pytest.fixture
def eventful(judged_data: Path) -> Iterator[Published]:
    """The door to a fortnight with an outage of our own."""
    published = Published(judged_data)
    yield published
    published.close()


def test_languages_are_stretches_of_the_same_set(
    warehouse: Warehouse, frontier_of: Callable[..., Any], made: Any, clock: Any
) -> None:
    """Order and region make no difference, silence ends nothing, what was found is not what was said."""
    days = [
        made.instance(languages=("de-AT", "en")),
        made.instance(languages=("en", "de")),
        None,
        made.instance(languages=("en", "de")),
        made.instance(languages_detected=("de",)),
        made.instance(languages=("en", "de")),
    ]
    for day, instance in enumerate(days):
        at = clock.at + timedelta(days=day)
        frontier_of("a.example", crawl_id=f"day-{day}").store(
            [
                made.check("a.example", started_at=at, instance=instance),
                made.check("b.example", started_at=at, nodeinfo=made.nodeinfo(languages=("fr",))),
                made.check("c.example", started_at=at),
            ]
        )

    folder = publish_warehouse(warehouse, published_at=at, checks_promises=True).parents[1]

    door = Published(folder)
    spans = door.language_spans("a.example")
    other = door.language_spans("b.example").to_dict("records")
    assert [
        (0, 3, ["de", "en"], False, 3, False),
        (4, 4, ["de"], True, 1, False),
        (5, 5, ["de", "en"], False, 1, True),
    ] == [
        (
            (row["from_at"] - clock.at).days,
            (row["until_at"] - clock.at).days,
            list(row["languages"]),
            row["is_detected"],
            row["checks_count"],
            row["is_last"],
        )
        for row in spans.to_dict("records")
    ]
    assert [(["fr"], 6)] == [(list(row["languages"]), row["checks_count"]) for row in other]
    assert door.language_spans("c.example").empty
    door.close()


def test_another_name_leads_to_its_server_and_back(door: Published) -> None:
    """Whoever asks for either sees both."""
    assert {("www.alpha.example", "alpha.example"), ("alpha.example", "www.alpha.example")} == set(
        door.aliases("www.alpha.example")[["alias_hostname", "hostname"]].itertuples(
            index=False, name=None
        )
    )


def test_a_name_may_be_checked_where_it_is_published_or_named(door: Published) -> None:
    """A server on the list was asked at a known time; one that is only named never was; nobody else is known."""
    told = {
        name: door.may_be_checked(name).to_dict("records")[0]
        for name in ("alpha.example", "new.example", "sub.gone-private.example", "else.example")
    }

    assert [True, True, False, False] == [bool(row["is_known"]) for row in told.values()]
    assert told["alpha.example"]["checked_at"] is not None
    assert "NaT" == str(told["new.example"]["checked_at"])


def test_an_outage_of_our_own_is_told_and_counted_against_nobody(eventful: Published) -> None:
    """The day is absent from the server's days; a day without an answer is there."""
    steady, dying = eventful.reached_days("steady0.example"), eventful.reached_days("dying.example")

    assert 1 == eventful.cut_off_hours()
    assert [True] * 13 == steady["is_up"].tolist()
    assert 2 == dying["is_up"].sum()
    assert len(dying) > 2


def test_a_server_stands_beside_others_like_it(eventful: Published) -> None:
    """Those of its software and of its size, at its age."""
    told = eventful.survival_of("steady0.example").to_dict("records")

    assert [("software", "mastodon")] == [(row["grouped_by"], row["name"]) for row in told]
    assert all(0 < row["survival_ratio"] <= 1 for row in told)
    assert eventful.version_standing("steady0.example").empty


def test_a_version_stands_beside_the_current_one(
    warehouse: Warehouse, frontier_of: Callable[..., Any], made: Any, clock: Any
) -> None:
    """What three servers run is current; suffixes of a version make nobody late."""
    versions = ["4.5.2", "4.5.2+fork", "4.5.2", "4.4.8"]
    frontier_of("a.example").store(
        [
            made.check(f"s{n}.example", nodeinfo=made.nodeinfo(software_version=version))
            for n, version in enumerate(versions)
        ]
    )

    door = Published(publish_warehouse(warehouse, published_at=clock.at).parents[1])

    fork, late = (
        door.version_standing(name).to_dict("records")[0] for name in ("s1.example", "s3.example")
    )
    assert (True, "4.5.2", 3, 4) == (
        fork["is_current"],
        fork["current_version"],
        fork["instances_current"],
        fork["instances_known"],
    )
    assert not late["is_current"]
    door.close()
