"""Checks become rows: once, whole, and as they were said."""

from collections.abc import Callable
from datetime import date
from typing import Any

import orjson

from crawler.outcome import Outcome
from crawler.records import ActivityPoint, Alias, Exchange
from pipeline.frontier import DuckDBFrontier

Begin = Callable[..., DuckDBFrontier]
Read = Callable[..., list[tuple[Any, ...]]]

WEEK = date(2026, 3, 2)


def asked(document: bytes | None, path: str = "/nodeinfo/2.0") -> Exchange:
    """One question and the document that came."""
    return Exchange(
        path=path,
        method="GET",
        purpose="what it says of itself",
        status=200,
        seconds=0.123456,
        body_bytes=len(document or b""),
        document=document,
    )


def week(**told: Any) -> ActivityPoint:
    """A week of a server's past."""
    return ActivityPoint(starts_on=WEEK, days=7, endpoint="/api/v1/instance/activity", **told)


def test_a_document_is_kept_once(frontier_of: Begin, made: Any, rows_of: Read, clock: Any) -> None:
    """The same bytes from anybody, any day, are one row, dated when they first came."""
    document = b'{"version":"2.0"}'
    frontier_of().store(
        [made.check(f"{name}.example", exchanges=(asked(document),)) for name in "ab"]
    )
    clock.forward(days=2)

    later = made.check("a.example", started_at=clock.at, exchanges=(asked(document), asked(b"{}")))
    frontier_of(crawl_id="c2").store([later])

    assert [(document, 17, made.at), (b"{}", 2, clock.at)] == rows_of(
        "select body, body_bytes, first_seen_at from raw.documents order by first_seen_at"
    )


def test_a_conversation_refers_to_its_documents(
    frontier: DuckDBFrontier, made: Any, rows_of: Read
) -> None:
    """The exchanges of a check are JSON, and each document is found by its hash."""
    frontier.store([made.check("a.example", exchanges=(asked(b"{}"), asked(None, "/robots.txt")))])

    ((text, requests, size),) = rows_of(
        "select exchanges, requests_count, body_bytes from raw.checks"
    )
    told = orjson.loads(text)
    assert [("/nodeinfo/2.0", 0.123), ("/robots.txt", 0.123)] == [
        (exchange["path"], exchange["seconds"]) for exchange in told
    ]
    assert "document_hash" not in told[1]
    assert [(b"{}",)] == rows_of(
        "select body from raw.documents where hash = ?::uuid", told[0]["document_hash"]
    )
    assert (2, 2) == (requests, size)


def test_activity_is_kept_when_it_says_something_new(
    frontier_of: Begin, made: Any, rows_of: Read, clock: Any
) -> None:
    """The same weeks told again are no rows; a week whose numbers changed is one more."""
    for crawl, logins in enumerate((5, 5, 6, 6)):
        point = week(logins=logins, statuses=0, registrations=None)
        check = made.check("a.example", started_at=clock.at, activity=(point,))
        frontier_of(crawl_id=f"c{crawl}").store([check])
        clock.forward(days=7)

    assert [(5, 0, None), (6, 0, None)] == rows_of(
        "select logins, statuses, registrations from raw.activity order by seen_at"
    )


def test_a_week_of_nothing_is_news_after_a_week_of_silence(
    frontier_of: Begin, made: Any, rows_of: Read, clock: Any
) -> None:
    """`None` became `0`: that is something new."""
    for crawl, logins in enumerate((None, 0)):
        check = made.check("a.example", started_at=clock.at, activity=(week(logins=logins),))
        frontier_of(crawl_id=f"c{crawl}").store([check])
        clock.forward(days=7)

    assert [(None,), (0,)] == rows_of("select logins from raw.activity order by seen_at")


def test_staging_shows_what_was_told_last(
    frontier_of: Begin, made: Any, rows_of: Read, clock: Any
) -> None:
    """The view gives one row per stretch, the newest."""
    for crawl, logins in enumerate((5, 9)):
        check = made.check("a.example", started_at=clock.at, activity=(week(logins=logins),))
        frontier_of(crawl_id=f"c{crawl}").store([check])
        clock.forward(days=7)

    assert [("a.example", WEEK, 9)] == rows_of(
        "select hostname, starts_on, logins from staging.activity"
    )


def test_an_alias_is_kept_once_per_evidence(
    frontier_of: Begin, made: Any, rows_of: Read, clock: Any
) -> None:
    """Each name with each evidence is dated when it was first told."""
    for crawl, evidence in enumerate(("identity", "identity", "host_meta")):
        alias = Alias(hostname=made.check("www.example").hostname, evidence=evidence)
        check = made.check("a.example", started_at=clock.at, aliases=(alias,))
        frontier_of(crawl_id=f"c{crawl}").store([check])
        clock.forward(days=2)

    assert [
        ("www.example", "identity", made.at),
        ("www.example", "host_meta", clock.at - 2 * (clock.at - made.at) / 6),
    ] == rows_of("select alias_hostname, alias_evidence, seen_at from raw.aliases order by seen_at")


def test_failures_are_rows_like_all_others(
    frontier: DuckDBFrontier, made: Any, rows_of: Read
) -> None:
    """A remote fault is data."""
    frontier.store([made.check("a.example", outcome=Outcome.DNS_FAILED, detail="NXDOMAIN")])

    assert [("dns_failed", "NXDOMAIN", False, None)] == rows_of(
        "select outcome, detail, has_nodeinfo, nodeinfo_users_total from raw.checks"
    )
