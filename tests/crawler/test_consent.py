"""Consent: RFC 9309's rules for whatever `/robots.txt` answers, and the header that says no."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from crawler.consent import FREE, consent, forbids_use

_CLOSED = b"User-agent: *\nDisallow: /\n"
_NODEINFO = "/.well-known/nodeinfo"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 418, 451])
def test_a_client_error_means_that_there_are_no_rules(status: int) -> None:
    """RFC 9309 §2.3.1.3, whatever its body says."""
    assert consent(status, _CLOSED) is FREE


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 521, 599])
def test_a_server_that_cannot_say_is_closed(status: int) -> None:
    """RFC 9309 §2.3.1.4, and a rate limit is no consent either."""
    assert consent(status, b"") is None


@pytest.mark.parametrize("status", [301, 302, 304])
def test_a_redirect_without_end_means_that_there_are_no_rules(status: int) -> None:
    """RFC 9309 §2.3.1.2."""
    assert consent(status, b"") is FREE


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", True),
        (b"\n\n# nothing\n", True),
        (_CLOSED, False),
        (b"User-agent: *\r\nDisallow: /\r\n", False),
        (b"User-agent: *\rDisallow: /\r", False),
        (b"user-AGENT:*\ndisallow:/", False),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n", False),
        (b"User-agent: *\nDisallow:\n", True),
        (b"User-agent: *\nDisallow: /.well-known/\n", False),
        (b"User-agent: *\nDisallow: /.well-known\nAllow: /.well-known/nodeinfo\n", True),
        (b"User-agent: *\nDisallow: /*nodeinfo\n", False),
        (b"User-agent: *\nDisallow: /.well-known/nodeinfo$\n", False),
        (b"User-agent: *\nDisallow: /nodeinfo/\nDisallow: /api/\n", True),
        (b"User-agent: Herdbook\nDisallow: /\n", False),
        (b"User-agent: herdbook\nDisallow: /\n", False),
        (b"User-agent: HERDBOOK\nDisallow: /\n", False),
        (b"User-agent: Herdbook/0.1\nDisallow: /\n", False),
        (b"User-agent: Herdbook/0.1 (+https://x.example)\nDisallow: /\n", False),
        (b"User agent Herdbook # us\nDisallow: /\n", False),
        (b"User-agent: Herd\nDisallow: /\n", True),
        (b"User-agent: book\nAllow: /\n\nUser-agent: *\nDisallow: /\n", False),
        (b"User-agent: *book*\nAllow: /\n\nUser-agent: *\nDisallow: /\n", False),
        (b"User-agent: *\nUser-agent: Other\nDisallow: /\n", False),
        (b"User-agent: Herdbooks\nDisallow: /\n", True),
        (b"User-agent: Googlebot\nDisallow: /\n", True),
        (b"User-agent: Googlebot\nUser-agent: Herdbook\nDisallow: /\n", False),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: Herdbook\nDisallow:\n", True),
        (b"User-agent: *\nDisallow:\n\nUser-agent: Herdbook\nDisallow: /\n", False),
        (b"User-agent: Herdbook\nAllow: /\n\nUser-agent: *\nDisallow: /\n", True),
        (b"<!DOCTYPE html>\n<p>User-agent: *\nDisallow: /\n", True),
        (b"  \n<html>Disallow: /</html>", True),
        (b"\xff\xfe\x00garbage\nUser-agent: *\nDisallow: /\n", False),
    ],
)
def test_rules_are_those_for_our_token_or_for_everybody(body: bytes, expected: bool) -> None:
    """A group for `Herdbook` replaces the one for `*`; a page in place of the file holds no rules."""
    rules = consent(200, body)

    assert rules is not None
    assert expected == rules.allows(_NODEINFO)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("Crawl-delay: 10", 10.0),
        ("Crawl-delay: 0.5", 0.5),
        ("Crawl-delay: 0", 0.0),
        ("Crawl-delay: -3", 0.0),
        ("Crawl-delay: soon", 0.0),
        ("Crawl-delay:", 0.0),
        ("Crawl-delay: inf", 0.0),
        ("Crawl-delay: nan", 0.0),
        ("Crawl-delay: 1e999", 0.0),
        ("Request-rate: 1/5", 5.0),
        ("Request-rate: 1/5s", 5.0),
        ("Request-rate: 30/1m", 2.0),
        ("Request-rate: 0/5", 0.0),
        ("Request-rate: often", 0.0),
        ("Crawl-delay: 1\nRequest-rate: 1/5", 5.0),
        ("Crawl-delay: 9\nRequest-rate: 1/5", 9.0),
        ("Disallow: /x", 0.0),
    ],
)
def test_a_delay_is_read_and_garbage_is_none(lines: str, expected: float) -> None:
    """The slower of the two wins; what is no finite number asks for nothing."""
    rules = consent(200, f"User-agent: *\n{lines}\n".encode())

    assert rules is not None
    assert expected == rules.crawl_delay_seconds


def test_a_delay_for_others_is_not_for_us() -> None:
    """BookWyrm's default file delays half a dozen search engines."""
    rules = consent(200, b"User-agent: AhrefsBot\nCrawl-delay: 10\n\nUser-agent: *\nDisallow: /x\n")

    assert rules is not None
    assert 0.0 == rules.crawl_delay_seconds


def test_rules_at_the_end_of_half_a_mebibyte_count() -> None:
    """RFC 9309 §2.5: at least 500 KiB are read."""
    body = b"# filler\n" * 55_000 + _CLOSED

    rules = consent(200, body)

    assert rules is not None
    assert not rules.allows(_NODEINFO)


@pytest.mark.parametrize(
    "body",
    [
        b"User-agent: *\n" + b"Disallow: /" + b"*a" * 250_000 + b"\n",
        b"User-agent: *\n" + b"Disallow: /*a*b*c$\n" * 25_000,
        b"User-agent: *\n" * 35_000,
        b"Disallow: /" * 45_000,
        b"a" * 500_000,
        b"\n" * 500_000,
    ],
    ids=["wildcards", "many rules", "many agents", "one line", "no line", "empty lines"],
)
def test_hostile_rules_cost_no_seconds(body: bytes) -> None:
    """The largest file that is read must not hold up the event loop (SECURITY RES-05)."""
    begun = time.process_time()

    rules = consent(200, body)
    if rules is not None:
        rules.allows(_NODEINFO)
        rules.allows("/" + "a" * 2000)

    # seconds of our own processor, not of the clock on the wall
    assert time.process_time() - begun < 10


@given(st.binary(max_size=400), st.integers(100, 599))
def test_any_answer_is_rules_or_none(body: bytes, status: int) -> None:
    """No file breaks the reader."""
    rules = consent(status, body)

    assert rules is None or rules.allows("/x") in (True, False)


@given(st.text(max_size=200))
def test_any_text_is_rules(text: str) -> None:
    """The same with text in the shape of the file."""
    rules = consent(
        200,
        f"User-agent: *\nCrawl-delay: {text}\nRequest-rate: {text}\n{text}".encode(
            "utf-8", "replace"
        ),
    )

    assert rules is not None
    assert 0 <= rules.crawl_delay_seconds < float("inf")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], False),
        ([""], False),
        (["all"], False),
        (["nofollow"], False),
        (["noindex"], True),
        (["NOINDEX"], True),
        (["none"], True),
        (["noindex, nofollow"], True),
        (["nofollow, noindex"], True),
        (["nofollow", "noindex"], True),
        (["noarchive, noimageindex"], False),
        (["googlebot: noindex"], False),
        (["googlebot: noindex, nofollow"], False),
        (["googlebot: nofollow, noindex"], False),
        (["googlebot: nofollow", "noindex"], True),
        (["herdbook: noindex"], True),
        (["Herdbook: noindex"], True),
        (["googlebot: noindex, herdbook: noindex"], True),
        (["otherbot: noindex, nofollow, herdbook: nofollow"], False),
        (["herdbook: all", "noindex"], True),
        (["*: noindex"], True),
        (["unavailable_after: 25 Jun 2030 15:00:00 PST"], False),
        (["unavailable_after: 25 Jun 2030 15:00:00 PST, noindex"], True),
        (["max-snippet: -1, noindex"], True),
        (["max-image-preview: large, nosnippet"], False),
        ([":noindex"], False),
        ([",,,"], False),
        (["noindexed"], False),
        (["no index"], False),
    ],
)
def test_the_robots_header_is_heard_where_it_means_us(values: list[str], expected: bool) -> None:
    """An agent named before a rule holds until the next one is named."""
    headers: Any = CIMultiDict([("X-Robots-Tag", value) for value in values])

    assert expected == forbids_use(headers)


def test_the_robots_header_is_found_in_a_plain_mapping() -> None:
    """Not only in what aiohttp hands over."""
    assert forbids_use({"X-Robots-Tag": "noindex"})
    assert not forbids_use({})


@pytest.mark.parametrize(
    "path", ["/wp-json/nodeinfo/2.1", "/index.php?rest_route=/activitypub/1.0/nodeinfo"]
)
def test_a_header_that_wordpress_sends_with_everything_is_no_wish(path: str) -> None:
    """WordPress core adds it to each REST answer of every site; elsewhere it is heard."""
    assert not forbids_use({"X-Robots-Tag": "noindex"}, path)
    assert forbids_use({"X-Robots-Tag": "noindex"}, "/nodeinfo/2.1")
