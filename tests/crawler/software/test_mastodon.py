"""The Mastodon family: its instance documents, its peers, its weeks."""

import dataclasses
import json
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.conversation import Answer, Wants
from crawler.exceptions import ExtractError
from crawler.outcome import Outcome
from crawler.records import ActivityPoint, Alias, Instance, PeerListState, Registration
from crawler.registry import family_of
from crawler.software.mastodon import (
    ACTIVITY,
    PEERS,
    V1,
    V2,
    instance_v1,
    instance_v2,
    registration_of,
    weekly_points,
)

CASES = Path(__file__).parents[2] / "fixtures" / "mastodon"
READERS = {"v1": instance_v1, "v2": instance_v2}
TODAY = date(2026, 11, 20)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=15,
)
Hold = Callable[..., Any]


def body(case: str) -> dict[str, Any]:
    """The document of a case."""
    value: dict[str, Any] = json.loads((CASES / case / "body.json").read_text(encoding="utf-8"))
    return value


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_an_instance_says_what_its_case_expects(case: str) -> None:
    """Each deviation of SURVEY §5.2 reads as written beside it; all else counts as not said."""
    about = tomllib.loads((CASES / case / "about.toml").read_text(encoding="utf-8"))
    expected = json.loads((CASES / case / "expected.json").read_text(encoding="utf-8"))
    read = READERS[about["endpoint"]]

    try:
        actual = said(read((CASES / case / "body.json").read_bytes()))
    except ExtractError as error:
        actual = {"error": error.outcome}

    assert expected == actual


def said(record: Instance) -> dict[str, object]:
    """The fields of a record that hold something, as JSON holds them."""
    values = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value is not None and value != ()
    }


@pytest.mark.parametrize(
    ("is_enabled", "is_approval", "expected"),
    [
        (True, False, Registration.OPEN),
        (True, None, Registration.OPEN),
        (True, True, Registration.APPROVAL),
        (False, False, Registration.CLOSED),
        (False, True, Registration.CLOSED),
        (None, True, Registration.UNKNOWN),
        (None, None, Registration.UNKNOWN),
    ],
)
def test_registration_has_its_states(
    is_enabled: bool | None, is_approval: bool | None, expected: Registration
) -> None:
    """What is not said is unknown; closed with approval is closed here, whatever other families mean by it."""
    assert expected is registration_of(is_enabled, is_approval)


@pytest.mark.parametrize("name", ["mastodon", "hometown", "kmyblue", "fedibird"])
def test_a_fork_is_of_the_family(name: str) -> None:
    """Forks keep the API under their own names; glitch-soc keeps the name too."""
    assert "crawler.software.mastodon" == family_of(name).__name__


def test_all_that_is_due_is_asked_in_order(hold: Hold) -> None:
    """The newer document makes the older one unnecessary; then come peers and weeks."""
    held = hold("mastodon", {V2: body("open_v2"), PEERS: ["two.example"], ACTIVITY: weeks(12)})

    assert [V2, PEERS, ACTIVITY] == held.paths
    assert "/auth/sign_up" == held.told.instance.registration_path
    assert ("two.example",) == held.told.peer_lists[0].hostnames
    assert 11 == len(held.told.activity)
    assert all(ask.purpose for ask in held.asked)


@pytest.mark.parametrize(
    ("wants", "expected"),
    [
        (Wants(instance=True, peers=False, activity=False), [V2]),
        (Wants(instance=False, peers=True, activity=False), [PEERS]),
        (Wants(instance=False, peers=False, activity=True), [ACTIVITY]),
        (Wants(instance=False, peers=False, activity=False), []),
    ],
)
def test_only_what_is_due_is_asked(hold: Hold, wants: Wants, expected: list[str]) -> None:
    """A question that is not due is not put."""
    held = hold("mastodon", {V2: body("open_v2"), PEERS: [], ACTIVITY: []}, wants=wants)

    assert expected == held.paths


@pytest.mark.parametrize(
    "refusal",
    [
        None,
        Answer(status=401, body=b'{"error":"This method requires an authenticated user"}'),
        Answer(status=500, body=b"<h1>Something went wrong</h1>"),
        {"error": "not here"},
        b"<html></html>",
        [],
    ],
)
def test_the_older_document_answers_where_the_newer_one_does_not(
    hold: Hold, refusal: object
) -> None:
    """Absent, refused, broken or an error with status 200: v1 is asked once."""
    held = hold(
        "mastodon", {V2: refusal, V1: body("open_v1")}, wants=Wants(peers=False, activity=False)
    )

    assert [V2, V1] == held.paths
    assert V1 == held.told.instance.endpoint
    assert 20411 == held.told.instance.domains_known


def test_a_document_that_is_not_understood_is_noted(hold: Hold) -> None:
    """What could not be read is a sentence in the transcript, not a silence."""
    held = hold("mastodon", {V2: [], V1: b"<html>"}, wants=Wants(peers=False, activity=False))

    assert held.told.instance is None
    assert (
        f"{V2} was not understood: JSON, but a list in place of an object.",
        f"{V1} was not understood: an HTML page in place of the document.",
    ) == held.told.notes


def test_the_other_name_of_a_server_is_an_alias(hold: Hold) -> None:
    """A server asked at its web domain calls itself by its account domain."""
    wants = Wants(peers=False, activity=False)
    elsewhere = hold("mastodon", {V2: body("open_v2")}, hostname="web.meadow.example", wants=wants)
    itself = hold("mastodon", {V2: body("open_v2")}, hostname="meadow.example", wants=wants)

    assert (Alias(hostname=elsewhere.told.instance.identity, evidence="identity"),) == (
        elsewhere.told.aliases
    )
    assert () == itself.told.aliases


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (["two.example"], PeerListState.SERVED),
        ([], PeerListState.EMPTY),
        (Answer(status=404, body=b""), PeerListState.HIDDEN),
        (Answer(status=404, body=b'{"error":"Record not found"}'), PeerListState.HIDDEN),
        (
            Answer(status=401, body=b'{"error":"This API requires an authenticated user"}'),
            PeerListState.HIDDEN,
        ),
        (Answer(status=403, body=b"{}"), PeerListState.HIDDEN),
        (Answer(status=500, body=b"oops"), PeerListState.FAILED),
        (Answer(status=200, body=b""), PeerListState.FAILED),
        (Answer(status=200, body=b"<html>"), PeerListState.FAILED),
        ({"error": "x"}, PeerListState.FAILED),
        (Answer(fault=Outcome.TIMED_OUT), PeerListState.FAILED),
        (Answer(fault=Outcome.ROBOTS_DISALLOWED), PeerListState.DISALLOWED),
    ],
)
def test_a_hidden_list_is_neither_an_empty_nor_a_failed_one(
    hold: Hold, reply: object, state: PeerListState
) -> None:
    """Only a list that came may change known edges; each other end has its own name."""
    held = hold("mastodon", {PEERS: reply}, wants=Wants(instance=False, activity=False))

    assert [state] == [peers.state for peers in held.told.peer_lists]


def weeks(count: int, **values: object) -> list[dict[str, object]]:
    """Buckets as Mastodon sends them, newest first, all values texts."""
    bucket: dict[str, object] = {"statuses": "70", "logins": "12", "registrations": "1"}
    return [{"week": str(1763640000 - 604800 * week), **bucket, **values} for week in range(count)]


def test_a_rolling_bucket_sums_six_days() -> None:
    """Since 3.5 bucket i begins i weeks before the day of the check, and one day of each week is missing."""
    points = weekly_points(list(weeks(12)), TODAY, is_rolling=True)

    assert 11 == len(points)
    assert (
        ActivityPoint(
            starts_on=TODAY - timedelta(weeks=1),
            days=6,
            endpoint=ACTIVITY,
            logins=12,
            statuses=70,
            registrations=1,
        )
        == points[0]
    )
    assert TODAY - timedelta(weeks=11) == points[-1].starts_on


def test_an_older_bucket_is_a_week_from_monday() -> None:
    """Up to 3.4 buckets are ISO weeks; the unfinished one is left out."""
    points = weekly_points(list(weeks(12)), TODAY, is_rolling=False)

    assert (date(2026, 11, 9), 7) == (points[0].starts_on, points[0].days)
    assert all(point.starts_on.weekday() == 0 for point in points)


@pytest.mark.parametrize(
    ("version", "days"),
    [
        ("4.5.2", 6),
        ("3.5.0", 6),
        ("v4.0.0+glitch", 6),
        ("10.1.2", 6),
        ("3.4.10", 7),
        ("2.7.4", 7),
        ("nightly", 6),
        (None, 6),
    ],
)
def test_the_version_decides_how_long_a_bucket_is(
    hold: Hold, version: str | None, days: int
) -> None:
    """The change came with 3.5; a version that cannot be read is taken as new."""
    held = hold(
        "mastodon",
        {ACTIVITY: weeks(3)},
        version=version,
        wants=Wants(instance=False, peers=False),
    )

    assert {days} == {point.days for point in held.told.activity}


def test_integers_are_weeks_too() -> None:
    """Takahe sends integers, and a constant zero for logins."""
    points = weekly_points(
        list(weeks(2, statuses=20, logins=0, registrations=1)), TODAY, is_rolling=True
    )

    assert [(20, 0, 1)] == [(point.statuses, point.logins, point.registrations) for point in points]


@pytest.mark.parametrize(
    "bucket", [None, 5, [], {}, {"week": "1763640000"}, {"logins": "-1", "statuses": "", "week": 0}]
)
def test_a_bucket_that_says_nothing_is_left_out(bucket: object) -> None:
    """No point is made of nothing; a gap keeps the weeks after it in place."""
    points = weekly_points([weeks(1)[0], bucket, weeks(1)[0]], TODAY, is_rolling=True)

    assert [TODAY - timedelta(weeks=2)] == [point.starts_on for point in points]


@pytest.mark.parametrize(
    ("reply", "notes"),
    [
        (None, 0),
        (Answer(status=404, body=b""), 0),
        ([], 0),
        (b"<html>", 1),
        ([1, 2, 3], 1),
    ],
)
def test_no_weeks_make_no_points(hold: Hold, reply: object, notes: int) -> None:
    """Hidden and empty are silent; what could not be read is noted."""
    held = hold("mastodon", {ACTIVITY: reply}, wants=Wants(instance=False, peers=False))

    assert () == held.told.activity
    assert notes == len(held.told.notes)


@given(st.lists(JSON_VALUES, max_size=60))
def test_any_buckets_make_sound_points(buckets: list[object]) -> None:
    """At most a year of weeks, each with counts or nothing."""
    points = weekly_points(buckets, TODAY, is_rolling=True)

    assert len(points) <= 52
    for point in points:
        for number in (point.logins, point.statuses, point.registrations):
            assert number is None or 0 <= number <= 2**53


@given(
    st.binary(max_size=100)
    | JSON_VALUES.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(st.sampled_from(sorted(body("open_v2") | body("open_v1"))), JSON_VALUES).map(
        lambda value: json.dumps({"title": "x", **value}).encode()
    )
)
def test_any_bytes_are_an_instance_or_an_extract_error(document: bytes) -> None:
    """Nothing a server sends ends the reading in another way."""
    for read in (instance_v1, instance_v2):
        try:
            instance = read(document)
        except ExtractError:
            continue
        for field in dataclasses.fields(instance):
            value = getattr(instance, field.name)
            if field.name.startswith(("users_", "local_", "domains_", "max_", "minimum_")):
                assert value is None or (type(value) is int and 0 <= value <= 2**53)
        assert len(instance.title or "") <= 200
        assert len(instance.description or "") <= 2000


def test_no_contact_is_read() -> None:
    """The people behind a server stand in its document and in no record."""
    for case, read in (("open_v2", instance_v2), ("open_v1", instance_v1)):
        instance = read((CASES / case / "body.json").read_bytes())

        assert "keeper" not in repr(instance)
