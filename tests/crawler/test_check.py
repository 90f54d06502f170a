"""A check: the whole conversation against scripted servers, each with its one outcome."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from multidict import CIMultiDict

from crawler.check import unreached
from crawler.conversation import Wants
from crawler.exceptions import FetchError
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import Alias, Check
from crawler.waiting import retry_after_seconds

_NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
_WELL_KNOWN = "/.well-known/nodeinfo"
_ALIVE_ONLY = Wants(instance=False, peers=False, activity=False)


def _paths(check: Check) -> list[str]:
    return [exchange.path for exchange in check.exchanges]


# --- finding the document ----------------------------------------------------------------------------


def test_a_server_is_understood_from_top_to_bottom(rig: Any, documents: Any) -> None:
    """Rules, pointer, document, the family's own questions; all on one connection."""
    served = rig.serve(documents.ordinary())

    check = rig.check(served, now=_NOW)

    assert (Outcome.OK, _NOW) == (check.outcome, check.started_at)
    assert ("exampleware", 12, 5) == (
        check.nodeinfo.software_name,
        check.nodeinfo.users_total,
        check.nodeinfo.users_active_month,
    )
    assert ["/robots.txt", _WELL_KNOWN, "/nodeinfo/2.0"] == served.paths[:3]
    assert 1 == served.connections


def test_every_exchange_is_recorded_in_order(rig: Any, documents: Any) -> None:
    """Path, method, purpose, status, size, time; what was sent is what is said to be sent."""
    served = rig.serve(documents.ordinary())

    check = rig.check(served)

    assert served.paths == _paths(check)
    assert all(exchange.purpose and exchange.method == "GET" for exchange in check.exchanges)
    assert [404, 200, 200] == [exchange.status for exchange in check.exchanges[:3]]
    assert all(exchange.seconds > 0 for exchange in check.exchanges)
    assert check.exchanges[2].body_bytes == len(orjson.dumps(documents.nodeinfo()))


def test_a_check_for_liveness_asks_three_questions(rig: Any, documents: Any) -> None:
    """Where only NodeInfo is due, the server's own API is left alone."""
    served = rig.serve(documents.ordinary())

    check = rig.check(served, wants=_ALIVE_ONLY)

    assert Outcome.OK == check.outcome
    assert ["/robots.txt", _WELL_KNOWN, "/nodeinfo/2.0"] == served.paths


def test_the_best_version_is_asked_for(rig: Any, documents: Any) -> None:
    """Whatever the order of the links."""
    served = rig.serve(
        {
            _WELL_KNOWN: documents.discovery(
                ("1.0", "https://one.example/ni/1.0"),
                ("2.1", "https://one.example/ni/2.1"),
                ("2.0", "https://one.example/ni/2.0"),
            ),
            "/ni/2.1": documents.nodeinfo(version="2.1"),
        }
    )

    check = rig.check(served, wants=_ALIVE_ONLY)

    assert "2.1" == check.nodeinfo.schema_version
    assert "/ni/2.0" not in served.paths


@pytest.mark.parametrize("status", [404, 406, 410, 500])
def test_a_lower_version_is_asked_where_the_best_fails(
    rig: Any, documents: Any, status: int
) -> None:
    """One level down, and no further."""
    served = rig.serve(
        {
            _WELL_KNOWN: documents.discovery(
                ("2.1", "https://one.example/ni/2.1"), ("2.0", "https://one.example/ni/2.0")
            ),
            "/ni/2.1": rig.reply(status=status),
            "/ni/2.0": documents.nodeinfo(),
        }
    )

    check = rig.check(served, wants=_ALIVE_ONLY)

    assert (Outcome.OK, "2.0") == (check.outcome, check.nodeinfo.schema_version)


def test_a_best_document_that_is_no_json_is_noted(rig: Any, documents: Any) -> None:
    """The lower one counts, and the transcript says what happened."""
    served = rig.serve(
        {
            _WELL_KNOWN: documents.discovery(
                ("2.1", "https://one.example/ni/2.1"), ("2.0", "https://one.example/ni/2.0")
            ),
            "/ni/2.1": b"{broken",
            "/ni/2.0": documents.nodeinfo(),
        }
    )

    check = rig.check(served, wants=_ALIVE_ONLY)

    assert Outcome.OK == check.outcome
    assert any("/ni/2.1 was not understood" in note for note in check.notes)


def test_the_document_may_stand_at_the_well_known_path(rig: Any, documents: Any) -> None:
    """Then it is not asked for twice."""
    served = rig.serve({_WELL_KNOWN: documents.nodeinfo()})

    check = rig.check(served, wants=_ALIVE_ONLY)

    assert (Outcome.OK, "exampleware") == (check.outcome, check.nodeinfo.software_name)
    assert ["/robots.txt", _WELL_KNOWN] == served.paths


def test_an_older_cousin_is_understood(rig: Any) -> None:
    """x-nodeinfo2 where there is no NodeInfo."""
    served = rig.serve(
        {
            "/.well-known/x-nodeinfo2": {
                "version": "1.0",
                "server": {
                    "baseUrl": "https://one.example",
                    "name": "One",
                    "software": "socialhome",
                    "version": "0.1",
                },
                "usage": {"users": {"total": 3}},
                "openRegistrations": False,
            }
        }
    )

    check = rig.check(served, wants=_ALIVE_ONLY)

    assert (Outcome.OK, "socialhome", 3) == (
        check.outcome,
        check.nodeinfo.software_name,
        check.nodeinfo.users_total,
    )


def test_a_statistics_file_is_understood(rig: Any) -> None:
    """diaspora*'s, from before NodeInfo."""
    served = rig.serve(
        {
            "/statistics.json": {
                "network": "diaspora",
                "version": "0.5",
                "registrations_open": True,
                "total_users": 7,
            }
        }
    )

    check = rig.check(served, wants=_ALIVE_ONLY)

    assert (Outcome.OK, "diaspora", 7) == (
        check.outcome,
        check.nodeinfo.software_name,
        check.nodeinfo.users_total,
    )


@pytest.mark.parametrize("status", [404, 405, 406, 501])
def test_a_server_without_nodeinfo_is_no_fault(rig: Any, status: int) -> None:
    """It answers; it is probably not part of the fediverse."""
    served = rig.serve({"*": rig.reply(status=status), "/robots.txt": rig.reply(status=404)})

    check = rig.check(served)

    assert (Outcome.NO_NODEINFO, None) == (check.outcome, check.nodeinfo)


def test_empty_links_are_no_nodeinfo(rig: Any) -> None:
    """A pointer that points nowhere."""
    served = rig.serve({_WELL_KNOWN: {"links": []}})

    assert Outcome.NO_NODEINFO == rig.check(served).outcome


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", Outcome.NOT_JSON),
        (b"<html>welcome</html>", Outcome.NOT_JSON),
        (b"[]", Outcome.WRONG_SHAPE),
        (b"null", Outcome.WRONG_SHAPE),
        (b"{}", Outcome.WRONG_SHAPE),
        (b'{"links": NaN}', Outcome.NOT_JSON),
        (b"\xff\xfe{}", Outcome.NOT_JSON),
        (b"[" * 100_000, Outcome.NOT_JSON),
    ],
)
def test_a_pointer_that_is_none_says_why(rig: Any, body: bytes, expected: Outcome) -> None:
    """Not JSON, or JSON of another shape."""
    served = rig.serve({_WELL_KNOWN: body})

    assert expected == rig.check(served).outcome


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"status": 401}, Outcome.HTTP_ERROR),
        ({"status": 403}, Outcome.HTTP_ERROR),
        ({"status": 418}, Outcome.HTTP_ERROR),
        ({"status": 500}, Outcome.HTTP_ERROR),
        ({"status": 503}, Outcome.HTTP_ERROR),
        ({"status": 520}, Outcome.HTTP_ERROR),
        ({"status": 410}, Outcome.OPTED_OUT),
        ({"status": 429}, Outcome.RATE_LIMITED),
        ({"status": 503, "headers": (("Retry-After", "60"),)}, Outcome.RATE_LIMITED),
        ({"status": 302, "headers": (("Location", "/loop"),)}, Outcome.HTTP_ERROR),
        ({"raw": b"nonsense\r\n\r\n"}, Outcome.BAD_HTTP),
        ({"raw": b""}, Outcome.REFUSED),
        ({"body": b"x", "headers": (("Content-Encoding", "gzip"),)}, Outcome.BAD_HTTP),
    ],
)
def test_whatever_the_pointer_answers_is_an_outcome(
    rig: Any, answer: dict[str, Any], expected: Outcome
) -> None:
    """Exactly one, with words to it."""
    loop = rig.reply(status=302, headers=(("Location", "/loop"),))
    served = rig.serve({_WELL_KNOWN: rig.reply(**answer), "/loop": loop})

    check = rig.check(served)

    assert expected == check.outcome
    assert check.detail


def test_a_document_that_is_too_large_is_an_outcome(rig: Any, documents: Any) -> None:
    """The limit is for every body."""
    served = rig.serve(documents.ordinary(metadata={"nodeName": "x" * 5000}))

    check = rig.check(served, settings=rig.settings(served, most_body_bytes=4000))

    assert Outcome.TOO_LARGE == check.outcome


# --- other hosts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "href",
    [
        "https://two.example/nodeinfo/2.0",
        "http://two.example/nodeinfo/2.0",
        "//two.example/nodeinfo/2.0",
        "https://TWO.example/nodeinfo/2.0",
        "https://two.example:443/nodeinfo/2.0",
    ],
)
def test_a_document_on_another_host_is_not_asked_for(rig: Any, documents: Any, href: str) -> None:
    """The victim gets no request; the name is a claim (CVE-2026-62857)."""
    served = rig.serve({_WELL_KNOWN: documents.discovery(("2.0", href))})
    victim = rig.serve({"*": documents.nodeinfo()})

    check = rig.check({"one.example": served, "two.example": victim})

    assert (Outcome.FOREIGN_HREF, None) == (check.outcome, check.nodeinfo)
    assert (
        Alias(hostname=Hostname("two.example"), evidence="cross_host_document"),
    ) == check.aliases
    assert 0 == victim.connections


@pytest.mark.parametrize(
    "href",
    [
        "http://127.0.0.1:{port}/",
        "https://127.0.0.1:{port}/",
        "https://[::1]:{port}/",
        "https://localhost:{port}/",
        "https://one.example:{port}/",
        "https://one.example@127.0.0.1:{port}/",
        "https://two.example:{port}/",
        "file:///etc/passwd",
        "ftp://one.example/",
        "javascript:1",
        "https://169.254.169.254/latest",
        "https://metadata.internal/",
        "https://[bad",
        "",
    ],
)
def test_no_pointer_leads_to_loopback(rig: Any, documents: Any, href: str) -> None:
    """0 hits, whatever stands in the href."""
    canary = rig.canary()
    served = rig.serve({_WELL_KNOWN: documents.discovery(("2.0", href.format(port=canary.port)))})

    check = rig.check(served)

    assert check.outcome in (Outcome.NO_NODEINFO, Outcome.NOT_JSON, Outcome.WRONG_SHAPE)
    assert 0 == canary.connections
    assert {"one.example"} == {asked.headers["host"] for asked in served.asked}


def test_an_own_document_is_asked_for_beside_a_foreign_one(rig: Any, documents: Any) -> None:
    """Only the server's own link counts."""
    served = rig.serve(
        {
            _WELL_KNOWN: documents.discovery(
                ("2.1", "https://two.example/ni"), ("2.0", "https://one.example/nodeinfo/2.0")
            ),
            "/nodeinfo/2.0": documents.nodeinfo(),
        }
    )
    victim = rig.serve({"*": documents.nodeinfo()})

    check = rig.check({"one.example": served, "two.example": victim}, wants=_ALIVE_ONLY)

    assert Outcome.OK == check.outcome
    assert 0 == victim.connections


@pytest.mark.parametrize(
    ("status", "moved_to"), [(301, "two.example"), (308, "two.example"), (302, None), (307, None)]
)
def test_a_redirect_to_another_host_is_redirected_away(
    rig: Any, status: int, moved_to: str | None
) -> None:
    """For good, it is a claim for the frontier; in passing, it claims nothing. Nobody follows."""
    away = rig.reply(status=status, headers=(("Location", "https://two.example/x"),))
    served = rig.serve({_WELL_KNOWN: away})
    other = rig.serve({"*": {}})

    check = rig.check({"one.example": served, "two.example": other})

    assert (Outcome.REDIRECTED_AWAY, moved_to) == (check.outcome, check.moved_to)
    assert [_WELL_KNOWN] == [e.path for e in check.exchanges if e.fault is Outcome.REDIRECTED_AWAY]
    assert 0 == other.connections


@pytest.mark.parametrize(
    "template",
    [
        'rel="lrdd" template="https://two.example/.well-known/webfinger?resource={uri}"',
        "template='https://two.example/xrd/?uri={uri}' rel='lrdd'",
    ],
)
def test_the_host_that_speaks_for_an_account_domain_is_a_claim(rig: Any, template: str) -> None:
    """host-meta names it (SURVEY §9.3); it is not asked now."""
    xrd = f"<?xml version='1.0'?><XRD><Link {template}/></XRD>".encode()
    served = rig.serve({"/.well-known/host-meta": rig.reply(body=xrd)})

    check = rig.check(served)

    assert Outcome.NO_NODEINFO == check.outcome
    assert (Alias(hostname=Hostname("two.example"), evidence="host_meta"),) == check.aliases


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<Link",
        b"<Link rel='lrdd' template=",
        b"<Link rel='lrdd' template='http://two.example/'/>",
        b"<Link rel='lrdd' template='https://127.0.0.1/'/>",
        b"<Link rel='lrdd' template='https://one.example/x'/>",
        b"<Link rel='lrdd' template='https://\xff\xff/x'/>",
        b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><XRD>&a;</XRD>",
    ],
)
def test_a_host_meta_that_names_nobody_claims_nothing(rig: Any, body: bytes) -> None:
    """Read without an XML reader."""
    served = rig.serve({"/.well-known/host-meta": rig.reply(body=body)})

    check = rig.check(served)

    assert (Outcome.NO_NODEINFO, ()) == (check.outcome, check.aliases)


# --- consent -----------------------------------------------------------------------------------------


def _robots(rig: Any, text: str) -> Any:
    return rig.reply(body=text.encode(), headers=(("Content-Type", "text/plain"),))


def test_a_server_that_forbids_us_is_asked_nothing_else(rig: Any, documents: Any) -> None:
    """And it is listed as such, with no numbers."""
    served = rig.serve(
        documents.ordinary() | {"/robots.txt": _robots(rig, "User-agent: *\nDisallow: /")}
    )

    check = rig.check(served)

    assert (Outcome.ROBOTS_DISALLOWED, True) == (check.outcome, check.is_counting_refused)
    assert ["/robots.txt"] == served.paths
    assert (_WELL_KNOWN, Outcome.ROBOTS_DISALLOWED) == (
        check.exchanges[-1].path,
        check.exchanges[-1].fault,
    )


def test_a_server_that_forbids_its_api_is_counted_without_it(rig: Any, documents: Any) -> None:
    """Each path is asked for by its own rule."""
    served = rig.serve(
        documents.ordinary() | {"/robots.txt": _robots(rig, "User-agent: *\nDisallow: /api/")}
    )

    check = rig.check(served)

    assert (Outcome.OK, False) == (check.outcome, check.is_counting_refused)
    assert not [path for path in served.paths if path.startswith("/api/")]
    assert Outcome.ROBOTS_DISALLOWED in [exchange.fault for exchange in check.exchanges]


def test_a_document_that_is_forbidden_is_not_asked_for(rig: Any, documents: Any) -> None:
    """GoToSocial's default forbids `/nodeinfo/`: asked not to be counted."""
    served = rig.serve(
        documents.ordinary() | {"/robots.txt": _robots(rig, "User-agent: *\nDisallow: /nodeinfo/")}
    )

    check = rig.check(served)

    assert (Outcome.ROBOTS_DISALLOWED, True) == (check.outcome, check.is_counting_refused)
    assert ["/robots.txt", _WELL_KNOWN] == served.paths


@pytest.mark.parametrize("status", [500, 502, 503, 520])
def test_rules_that_cannot_be_read_close_everything(rig: Any, documents: Any, status: int) -> None:
    """RFC 9309 §2.3.1.4."""
    served = rig.serve(documents.ordinary() | {"/robots.txt": rig.reply(status=status)})

    check = rig.check(served)

    assert Outcome.HTTP_ERROR == check.outcome
    assert "robots.txt" in check.detail
    assert ["/robots.txt"] == served.paths


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_rules_that_are_not_there_close_nothing(rig: Any, documents: Any, status: int) -> None:
    """RFC 9309 §2.3.1.3; a 410 here says nothing of the server."""
    served = rig.serve(documents.ordinary() | {"/robots.txt": rig.reply(status=status)})

    assert Outcome.OK == rig.check(served).outcome


def test_rules_that_never_come_close_everything(rig: Any, documents: Any) -> None:
    """A timeout is no consent."""

    async def silence(line: Any) -> None:
        await asyncio.sleep(3600)

    served = rig.serve(documents.ordinary() | {"/robots.txt": silence})

    check = rig.check(served, settings=rig.settings(served, request_seconds=0.3))

    assert Outcome.TIMED_OUT == check.outcome
    assert ["/robots.txt"] == served.paths


def test_five_redirects_lead_to_the_rules(rig: Any, documents: Any) -> None:
    """RFC 9309 §2.3.1.2; two more than other questions have."""
    hops = {
        f"/r{n}": rig.reply(status=302, headers=(("Location", f"/r{n + 1}"),)) for n in range(1, 5)
    }
    served = rig.serve(
        documents.ordinary()
        | hops
        | {"/robots.txt": rig.reply(status=301, headers=(("Location", "/r1"),))}
        | {"/r5": _robots(rig, "User-agent: *\nDisallow: /")}
    )

    assert Outcome.ROBOTS_DISALLOWED == rig.check(served).outcome


def test_a_robots_file_of_megabytes_is_read_at_its_beginning(rig: Any, documents: Any) -> None:
    """Half a mebibyte counts, the rest is not waited for."""
    text = "User-agent: *\nDisallow: /api/\n" + "# filler\n" * 300_000
    served = rig.serve(documents.ordinary() | {"/robots.txt": _robots(rig, text)})

    check = rig.check(served)

    assert Outcome.OK == check.outcome
    assert 512 * 1024 == check.exchanges[0].body_bytes


def test_a_robots_file_elsewhere_is_no_rule(rig: Any, documents: Any) -> None:
    """A redirect to another host is not followed for it; the next question finds out what moved."""
    away = rig.reply(status=301, headers=(("Location", "https://two.example/robots.txt"),))
    served = rig.serve(documents.ordinary() | {"/robots.txt": away})
    other = rig.serve({"*": {}})

    check = rig.check({"one.example": served, "two.example": other})

    assert Outcome.OK == check.outcome
    assert 0 == other.connections


@pytest.mark.parametrize("value", ["noindex", "none", "Herdbook: noindex", "nofollow, noindex"])
def test_a_header_that_says_noindex_leaves_no_numbers(rig: Any, documents: Any, value: str) -> None:
    """What it runs is listed, and that it asks; no count, no word, no document is kept."""
    served = rig.serve(
        {
            _WELL_KNOWN: documents.discovery(),
            "/nodeinfo/2.0": rig.reply(
                body=orjson.dumps(documents.nodeinfo(metadata={"nodeName": "Secret"})),
                headers=(("X-Robots-Tag", value),),
            ),
        }
    )

    check = rig.check(served)

    assert (Outcome.OK, True) == (check.outcome, check.is_counting_refused)
    info = check.nodeinfo
    assert ("exampleware", None, None, None, None) == (
        info.software_name,
        info.users_total,
        info.users_active_month,
        info.local_posts,
        info.name,
    )
    assert (None, (), ()) == (check.instance, check.peer_lists, check.activity)
    assert [] == [exchange.document for exchange in check.exchanges if exchange.document]
    assert ["/robots.txt", _WELL_KNOWN, "/nodeinfo/2.0"] == served.paths


def test_a_header_for_another_agent_is_not_for_us(rig: Any, documents: Any) -> None:
    """A site may turn search engines away and stay in the register."""
    body = orjson.dumps(documents.nodeinfo())
    served = rig.serve(
        {
            _WELL_KNOWN: documents.discovery(),
            "/nodeinfo/2.0": rig.reply(
                body=body, headers=(("X-Robots-Tag", "googlebot: noindex"),)
            ),
        }
    )

    assert not rig.check(served, wants=_ALIVE_ONLY).is_counting_refused


def test_a_private_pod_is_opted_out(rig: Any, documents: Any) -> None:
    """Funkwhale's flag says that it wants not to be tracked."""
    served = rig.serve(
        documents.ordinary(
            software={"name": "funkwhale", "version": "1.4"}, metadata={"private": True}
        )
    )

    check = rig.check(served)

    assert (Outcome.OPTED_OUT, True) == (check.outcome, check.is_counting_refused)
    assert check.nodeinfo.users_total is None
    assert [] == [exchange.document for exchange in check.exchanges if exchange.document]


# --- being sent away ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/robots.txt", _WELL_KNOWN, "/nodeinfo/2.0"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_sends_us_away_is_left_alone(
    rig: Any, documents: Any, path: str, status: int
) -> None:
    """Wherever it says so: no other question, and the time it names is kept."""
    away = rig.reply(status=status, headers=(("Retry-After", "120"),))
    served = rig.serve(documents.ordinary() | {path: away})

    check = rig.check(served)

    assert (Outcome.RATE_LIMITED, 120) == (check.outcome, check.retry_after_seconds)
    assert path == served.paths[-1]


def test_a_rate_limit_in_the_middle_ends_the_questions_and_keeps_the_answers(
    rig: Any, documents: Any
) -> None:
    """What came before it is not lost."""
    served = rig.serve(
        documents.ordinary(software={"name": "mastodon", "version": "4.5.0"})
        | {"/api/v2/instance": rig.reply(status=429, headers=(("Retry-After", "300"),))}
    )

    check = rig.check(served)

    assert (Outcome.OK, 300) == (check.outcome, check.retry_after_seconds)
    assert "/api/v2/instance" == served.paths[-1]
    assert 12 == check.nodeinfo.users_total


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], None),
        ([""], None),
        (["120"], 120),
        ([" 120 "], 120),
        (["0"], 0),
        (["-5"], None),
        (["1.5"], None),
        (["soon"], None),
        (["99999999999999999999"], 7 * 86400),
        (["10000000"], 7 * 86400),
        (["٣"], None),
        (["120", "60"], 120),
        (["60", "120"], 120),
        (["soon", "60"], 60),
        ([format_datetime(_NOW + timedelta(hours=1), usegmt=True)], 3600),
        ([format_datetime(_NOW - timedelta(hours=1), usegmt=True)], 0),
        ([format_datetime(_NOW + timedelta(days=400), usegmt=True)], 7 * 86400),
        (["Fri, 20 Nov 2026 14:00:00 +0100"], 3600),
        (["Fri, 20 Nov 2026 13:00:00"], 3600),
        (["Friday, 99 Nov 2026 99:00:00 GMT"], None),
        (["Fri, 31 Dec 9999 23:59:59 -2359"], 7 * 86400),
        (["Mon, 01 Jan 0001 00:00:00 +2359"], 0),
        (["60, 120"], None),
    ],
)
def test_a_retry_after_is_seconds_or_a_date_and_at_most_a_week(
    values: list[str], expected: int | None
) -> None:
    """Of two headers the longer wait; garbage is none; nobody sends us away for ever."""
    headers: Any = CIMultiDict([("Retry-After", value) for value in values])

    assert expected == retry_after_seconds(headers, _NOW)


@given(st.text(max_size=60))
def test_any_retry_after_is_a_wait_or_none(text: str) -> None:
    """No header breaks the reader."""
    seconds = retry_after_seconds({"Retry-After": text}, _NOW)

    assert seconds is None or 0 <= seconds <= 7 * 86400


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 403, "headers": (("cf-mitigated", "challenge"),), "body": b"<html>"},
        {"status": 503, "body": b"<html><title>Just a moment...</title>"},
        {"status": 200, "body": b"<!doctype html><script src='/.within.website/x/anubis'>"},
    ],
)
@pytest.mark.parametrize("path", [_WELL_KNOWN, "/nodeinfo/2.0"])
def test_a_wall_is_recognised_and_not_climbed(
    rig: Any, documents: Any, path: str, answer: dict[str, Any]
) -> None:
    """A challenge page is not an error of the server, and not its document."""
    served = rig.serve(documents.ordinary() | {path: rig.reply(**answer)})

    check = rig.check(served)

    assert Outcome.BOT_WALL == check.outcome
    assert path == served.paths[-1]


def test_a_document_that_quotes_a_wall_is_none(rig: Any, documents: Any) -> None:
    """JSON is never a challenge."""
    served = rig.serve(documents.ordinary(metadata={"nodeName": "Just a moment..."}))

    assert Outcome.OK == rig.check(served).outcome


# --- budgets -----------------------------------------------------------------------------------------


def test_a_check_is_twelve_requests_and_no_more(rig: Any, documents: Any) -> None:
    """Redirects are paid from the same purse."""
    hop = {
        f"{path}": rig.reply(status=302, headers=(("Location", f"{path}-moved"),))
        for path in ("/robots.txt", _WELL_KNOWN, "/nodeinfo/2.0")
    }
    served = rig.serve(
        hop
        | {f"{_WELL_KNOWN}-moved": documents.discovery()}
        | {"/nodeinfo/2.0-moved": documents.nodeinfo(software={"name": "mastodon", "version": "4"})}
    )
    settings = rig.settings(served, most_requests=7)

    check = rig.check(served, settings=settings)

    assert 7 == len(served.asked)
    assert Outcome.OK == check.outcome
    assert Outcome.BUDGET_SPENT in [exchange.fault for exchange in check.exchanges]


def test_pages_have_a_purse_of_their_own(rig: Any, documents: Any) -> None:
    """A long list takes pages, not questions; both ends are kept."""
    served = rig.serve(
        documents.ordinary(software={"name": "peertube", "version": "6.0.0"})
        | {"*": {"total": 100_000, "data": [{"following": {"host": "two.example"}}] * 100}}
    )
    settings = rig.settings(served, most_pages=3, most_requests=12)

    check = rig.check(served, settings=settings)

    assert Outcome.OK == check.outcome
    assert len(served.asked) <= 12 + 3


def test_a_check_ends_with_its_time(rig: Any, documents: Any) -> None:
    """The deadline is the check's, not a sum of requests."""

    async def slow(line: Any) -> None:
        await asyncio.sleep(3600)

    served = rig.serve(documents.ordinary() | {_WELL_KNOWN: slow})

    check = rig.check(served, settings=rig.settings(served, check_seconds=0.5, request_seconds=60))

    assert Outcome.TIMED_OUT == check.outcome
    assert check.seconds < 60


def test_no_time_left_is_a_spent_budget(rig: Any, documents: Any) -> None:
    """Nothing is asked then."""
    served = rig.serve(documents.ordinary())

    check = rig.check(served, settings=rig.settings(served, check_seconds=0))

    assert (Outcome.BUDGET_SPENT, []) == (check.outcome, served.asked)


def test_requests_after_the_burst_are_spaced(rig: Any, documents: Any) -> None:
    """At least the pace between two of them, as the check itself measured it."""
    served = rig.serve(documents.ordinary(software={"name": "mastodon", "version": "4.5.0"}))
    settings = rig.settings(served, burst_requests=1, pace_seconds=0.05, is_rig_paced=True)

    check = rig.check(served, settings=settings)

    # what the sender measured: its requests begin at least a pace apart
    begun = [asked.at for asked in served.asked]
    assert Outcome.OK == check.outcome
    assert len(begun) > 3
    assert all(later - earlier >= 0.045 for earlier, later in pairwise(begun[1:]))


def test_a_rig_is_not_paced(rig: Any, documents: Any) -> None:
    """Nobody but the operator is there; a pace of an hour would be seen."""
    served = rig.serve(documents.ordinary())

    check = rig.check(served, settings=rig.settings(served, burst_requests=0, pace_seconds=3600))

    assert Outcome.OK == check.outcome


def test_a_long_crawl_delay_leaves_the_api_alone(rig: Any, documents: Any) -> None:
    """NodeInfo only, and the transcript says why."""
    served = rig.serve(
        documents.ordinary() | {"/robots.txt": _robots(rig, "User-agent: *\nCrawl-delay: 3600")}
    )

    check = rig.check(served)

    assert (Outcome.OK, 12) == (check.outcome, check.nodeinfo.users_total)
    assert ["/robots.txt", _WELL_KNOWN, "/nodeinfo/2.0"] == served.paths
    assert any("3600 s" in note for note in check.notes)


# --- what is kept ------------------------------------------------------------------------------------


def test_personal_data_is_kept_nowhere(rig: Any, documents: Any) -> None:
    """Neither in the records nor in the documents (SECURITY CON-07)."""
    served = rig.serve(
        documents.ordinary(
            metadata={
                "nodeName": "One",
                "maintainer": {"name": "Jane Private", "email": "jane@private.example"},
                "nodeAdmins": [{"name": "Jane Private", "email": "jane@private.example"}],
                "nodeDescription": "write to jane@private.example",
            }
        )
    )

    check = rig.check(served)

    assert Outcome.OK == check.outcome
    assert "jane" not in repr(check).lower()
    assert any(exchange.document for exchange in check.exchanges)


def test_a_large_document_is_read_and_not_kept(rig: Any, documents: Any) -> None:
    """Descriptions are kept, tables of emoji are not."""
    served = rig.serve(documents.ordinary())

    check = rig.check(served, settings=rig.settings(served, most_document_bytes=10))

    assert Outcome.OK == check.outcome
    assert [] == [exchange.document for exchange in check.exchanges if exchange.document]


def test_a_host_that_was_not_reached_is_a_check_too(unused_port: int) -> None:
    """A dead name is a fact about it."""
    error = FetchError(Outcome.DNS_FAILED, "x" * 500)

    check = unreached(Hostname("one.example"), error, _NOW)

    assert (Outcome.DNS_FAILED, 200, ()) == (check.outcome, len(check.detail), check.exchanges)


def test_a_refused_connection_is_an_outcome(rig: Any, unused_port: int) -> None:
    """The most ordinary end of all."""
    check = rig.check({"one.example": SimpleNamespace(port=unused_port)})

    assert (Outcome.REFUSED, 1) == (check.outcome, len(check.exchanges))


def test_a_forbidden_address_is_an_outcome(rig: Any) -> None:
    """Nothing was sent there."""
    served = rig.serve({"*": {}})

    check = rig.check(served, settings=replace(rig.settings(served), allowed=()))

    assert (Outcome.BLOCKED_ADDRESS, ()) == (check.outcome, check.exchanges)
    assert 0 == served.connections


# --- anything at all ---------------------------------------------------------------------------------

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)
_NODEINFO_LIKE = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("version", "software", "usage", "metadata", "protocols", "openRegistrations"), _JSON
    )
    | {
        "software": st.fixed_dictionaries(
            {"name": st.sampled_from(["mastodon", "misskey", "lemmy", "peertube", "x"]) | _JSON}
        )
    }
    | {"links": _JSON},
)


@pytest.fixture
def any_server(rig: Any, documents: Any) -> Any:
    """A server whose every answer is what the example says."""
    return rig.serve(documents.ordinary())


@given(
    st.sampled_from(["/robots.txt", _WELL_KNOWN, "/nodeinfo/2.0", "*"]),
    st.binary(max_size=200) | _JSON.map(orjson.dumps) | _NODEINFO_LIKE.map(orjson.dumps),
    st.sampled_from([200, 201, 204, 301, 304, 400, 404, 500]),
)
@examples(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_body_anywhere_is_a_check(
    rig: Any, documents: Any, any_server: Any, path: str, body: bytes, status: int
) -> None:
    """A clean outcome for whatever comes, never an exception."""
    body = b"" if status in (204, 304) else body
    any_server.answers.clear()
    any_server.answers.update(documents.ordinary())
    any_server.answers[path] = rig.reply(status=status, body=body)

    check = rig.check(any_server)

    assert check.outcome in Outcome
    assert len(check.detail) <= 200


@given(st.binary(max_size=300))
@examples(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_bytes_on_the_wire_are_a_check(rig: Any, any_server: Any, wire: bytes) -> None:
    """The same below HTTP."""
    any_server.answers["*"] = rig.reply(raw=wire)
    for path in ("/robots.txt", _WELL_KNOWN, "/nodeinfo/2.0"):
        any_server.answers.pop(path, None)

    check = rig.check(any_server)

    assert check.outcome in Outcome
