"""NodeInfo: what discovery points at, and what a document says."""

import dataclasses
import json
import tomllib
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exceptions import ExtractError
from crawler.hostname import Hostname
from crawler.nodeinfo import (
    Discovery,
    Link,
    canonical_name,
    discovery,
    nodeinfo,
    nodeinfo2,
    statistics_json,
)
from crawler.outcome import Outcome
from crawler.records import NodeInfo

OWN = Hostname.parse("one.example")
CASES = Path(__file__).parents[1] / "fixtures" / "nodeinfo"
READERS = {"nodeinfo": nodeinfo, "x-nodeinfo2": nodeinfo2, "statistics": statistics_json}
REL = "http://nodeinfo.diaspora.software/ns/schema/"
KEYS = [
    "links",
    "rel",
    "href",
    "software",
    "name",
    "version",
    "usage",
    "users",
    "total",
    "metadata",
]
KEYS += ["protocols", "server", "network", "instance", "langs", "rootUrl", "baseURL", "private"]
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=20).filter(lambda text: text.isprintable())
    | st.sampled_from([REL + "2.0", "/nodeinfo/2.0", "https://[", "//x", "mastodon", "http://a:b"]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


def links(*entries: object, **more: object) -> bytes:
    """A discovery document."""
    return orjson.dumps({"links": list(entries), **more})


def link(version: str = "2.0", href: object = "/nodeinfo/2.0", rel: object = None) -> object:
    """One entry of a discovery document."""
    return {"rel": REL + version if rel is None else rel, "href": href}


def found(*entries: object) -> tuple[Link, ...]:
    """What discovery finds in these entries."""
    return discovery(links(*entries), OWN).links


def document(**changes: object) -> bytes:
    """A sound NodeInfo document with changes."""
    sound = {
        "version": "2.0",
        "software": {"name": "foo", "version": "1"},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": False,
        "usage": {"users": {"total": 5}},
        "metadata": {},
    }
    return orjson.dumps(sound | changes)


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_a_document_says_what_its_case_expects(case: str) -> None:
    """Each software and each deviation known reads as written beside it; all else counts as not said."""
    about = tomllib.loads((CASES / case / "about.toml").read_text(encoding="utf-8"))
    expected = json.loads((CASES / case / "expected.json").read_text(encoding="utf-8"))
    read = READERS[about["endpoint"]]

    try:
        actual = said(read((CASES / case / "body.json").read_bytes()))
    except ExtractError as error:
        actual = {"error": error.outcome}

    assert expected == actual


def said(record: NodeInfo) -> dict[str, object]:
    """The fields of a record that hold something, as JSON holds them."""
    values = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    flags = ("is_statistics_hidden", "is_opted_out")
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value is not None and value != () and not (name in flags and value is False)
    }


def test_p1_links_may_be_one_object() -> None:
    """Lemmy up to 0.13 sent one link in place of a list."""
    body = orjson.dumps({"links": link("2.0", "https://one.example/nodeinfo/2.0.json")})

    assert (Link(version="2.0", path="/nodeinfo/2.0.json"),) == discovery(body, OWN).links


def test_p2_links_may_be_an_object_with_numbered_siblings() -> None:
    """An old Hubzilla add-on sent an object and a key "0" beside it."""
    body = orjson.dumps({"links": link("1.0", "/a"), "0": link("2.0", "/b")})
    nested = orjson.dumps({"links": {"0": link("1.0", "/a"), "1": link("2.0", "/b")}})

    expected = (Link(version="2.0", path="/b"), Link(version="1.0", path="/a"))
    assert expected == discovery(body, OWN).links
    assert expected == discovery(nested, OWN).links


@pytest.mark.parametrize(
    "rel",
    [
        "http://nodeinfo.diaspora.software/ns/schema/2.0",
        "https://nodeinfo.diaspora.software/ns/schema/2.0",
        "http://nodeinfo.diaspora.software/ns/schema/2.0#",
        "http://nodeinfo.diaspora.software/ns/schema/2.0/",
        " http://nodeinfo.diaspora.software/ns/schema/2.0\n",
    ],
)
def test_p3_a_rel_may_have_another_scheme_and_ending(rel: str) -> None:
    """kbin and wordpress.com write https; others append a hash or a slash."""
    assert (Link(version="2.0", path="/nodeinfo/2.0"),) == found(link(rel=rel))


@pytest.mark.parametrize(
    "rel",
    [
        "https://www.w3.org/ns/activitystreams#Application",
        "http://nodeinfo.diaspora.software/ns/schema/3.0",
        "http://nodeinfo.diaspora.software.other.example/ns/schema/2.0",
        "http://nodeinfo.diaspora.software/ns/schema/2.0/more",
        None,
        20,
        ["http://nodeinfo.diaspora.software/ns/schema/2.0"],
    ],
)
def test_p4_a_foreign_rel_is_skipped(rel: object) -> None:
    """Application links come first at some servers, and schemas we do not know may come."""
    entry = {"rel": rel, "href": "/elsewhere"}

    assert (Link(version="2.1", path="/nodeinfo/2.1"),) == found(
        entry, link("2.1", "/nodeinfo/2.1")
    )


def test_p5_the_best_version_comes_first_whatever_the_order() -> None:
    """The order of links means nothing; the same link twice is one."""
    entries = [link(version, f"/{version}") for version in ("2.0", "1.0", "2.2", "1.1", "2.1")]

    versions = [one.version for one in found(*entries, *entries)]

    assert ["2.2", "2.1", "2.0", "1.1", "1.0"] == versions


@pytest.mark.parametrize(
    ("href", "path"),
    [
        ("/nodeinfo/2.0", "/nodeinfo/2.0"),
        ("nodeinfo/2.0", "/.well-known/nodeinfo/2.0"),
        ("https://one.example/nodeinfo/2.0", "/nodeinfo/2.0"),
        ("https://ONE.example./nodeinfo/2.0", "/nodeinfo/2.0"),
        ("http://one.example:443/nodeinfo/2.0", "/nodeinfo/2.0"),
        ("http://one.example/nodeinfo/2.0", "/nodeinfo/2.0"),
        ("https://one.example//nodeinfo/2.0", "/nodeinfo/2.0"),
        (" https://one.example/node info/2.0\n", "/node%20info/2.0"),
        ("https://one.example/ü", "/%C3%BC"),
        ("https://one.example/a%20b", "/a%20b"),
        ("https://one.example", "/"),
        ("https:///nodeinfo/2.0", "/nodeinfo/2.0"),
        ("/index.php?rest_route=/activitypub/1.0/nodeinfo", "/index.php?rest_route=/activitypub/1.0/nodeinfo"),
        ("https://one.example/nodeinfo/2.0#part", "/nodeinfo/2.0"),
    ],
)  # fmt: skip
def test_p6_a_href_is_resolved_against_the_pointer(href: str, path: str) -> None:
    """Relative paths, spaces, double slashes and a mis-set http are still the server's own document."""
    assert (Link(version="2.0", path=path),) == found(link(href=href))


def test_p6_a_document_on_another_host_says_so() -> None:
    """Whether another host may be asked is the check's decision, so the link names it."""
    expected = Link(version="2.0", path="/n", hostname=Hostname.parse("two.example"))

    assert (expected,) == found(link(href="https://two.example/n"))
    assert (expected,) == found(link(href="//two.example/n"))


@pytest.mark.parametrize(
    "href",
    [
        "data:application/json,{}",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://one.example/nodeinfo",
        "https://127.0.0.1/nodeinfo",
        "https://[::1]/nodeinfo",
        "https://2130706433/nodeinfo",
        "https://0x7f.1/nodeinfo",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/nodeinfo",
        "https://server.internal/nodeinfo",
        "https://one.example:8443/nodeinfo",
        "https://user:secret@one.example/nodeinfo",
        "https://one.example:port/nodeinfo",
        "https://[/nodeinfo",
        "/" + "a" * 3000,
        7,
        None,
    ],
)
def test_p7_a_href_that_leads_astray_is_refused(href: object) -> None:
    """Other schemes, addresses, ports and users are never followed (CVE-2026-62857 began with a href)."""
    assert () == found(link(href=href))


def test_p8_the_document_may_stand_at_the_pointer() -> None:
    """Epicyon serves it there; a body that is both links and document is read as the document."""
    assert Discovery(is_document=True) == discovery(document(), OWN)
    assert discovery(document(links=[link()]), OWN).is_document


@pytest.mark.parametrize(
    "body", [b'{"m.server":"matrix.example:443"}', b"[]", b"17", b'"links"', b"null", b"{}"]
)
def test_p9_what_is_no_pointer_is_of_the_wrong_shape(body: bytes) -> None:
    """Another network's document, or no object at all, is JSON without meaning for us."""
    with pytest.raises(ExtractError) as caught:
        discovery(body, OWN)

    assert Outcome.WRONG_SHAPE == caught.value.outcome


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b'{"error":"Nodeinfo schema version not handled"}', Outcome.WRONG_SHAPE),
        (b"<!doctype html><title>Welcome</title>", Outcome.NOT_JSON),
        (b"<html><title>Just a moment...</title></html>", Outcome.BOT_WALL),
        (b'<html><script src="/cdn-cgi/challenge-platform/x"></script>', Outcome.BOT_WALL),
        (b"<title>Making sure you&#39;re not a bot!</title>", Outcome.BOT_WALL),
        (b"", Outcome.NOT_JSON),
    ],
)
@pytest.mark.parametrize("read", [nodeinfo, nodeinfo2, statistics_json])
def test_p10_an_error_and_a_page_are_told_apart_from_a_wall(
    read: object, body: bytes, outcome: Outcome
) -> None:
    """A 200 may hold an error, a page, or a challenge: three different facts."""
    with pytest.raises(ExtractError) as caught:
        read(body)  # type: ignore[operator]

    assert outcome == caught.value.outcome


def test_p11_a_byte_order_mark_is_skipped() -> None:
    """The bytes decide, not the content type; a mark before them is not part of them."""
    assert 5 == nodeinfo(b"\xef\xbb\xbf" + document()).users_total
    assert discovery(b"\xef\xbb\xbf" + links(link()), OWN).links


@pytest.mark.parametrize(
    "body",
    [
        b'{"software": {"name": "snac"}, "metadata": {"nodeName": "a "quoted" word"}}',
        b"<br />\n<b>Warning</b>: Undefined index\n" + document(),
        document()[:-1],
        b'{"usage": NaN}',
        b"\xff\xfe{}",
        b"[" * 100_000,
    ],
)
def test_p12_invalid_json_is_not_repaired(body: bytes) -> None:
    """Half a document is worse than none: the last good one stays."""
    with pytest.raises(ExtractError) as caught:
        nodeinfo(body)

    assert Outcome.NOT_JSON == caught.value.outcome


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (" FOO ", "foo"),
        ("Iceshrimp.NET", "iceshrimp.net"),
        ("Nextcloud Social", "nextcloud"),
        ("Castopod", "castopod"),
        ("Castopod Host", "castopod"),
        ("redmatrix", "hubzilla"),
        ("GNU social", "gnusocial"),
        ("microblog.pub", "microblogpub"),
        ("", None),
        (None, None),
        (7, None),
        ("\u202egrue", "grue"),
    ],
)
def test_p13_a_name_is_trimmed_lower_and_without_aliases(
    name: object, expected: str | None
) -> None:
    """One software has one name, and what it sent is kept beside it."""
    assert expected == canonical_name(name, {})


def test_p13_the_name_as_sent_is_kept() -> None:
    """Normalising loses the spelling, so the record has both."""
    read = nodeinfo(document(software={"name": "NodeBB", "version": "4"}))

    assert ("nodebb", "NodeBB") == (read.software_name, read.software_name_raw)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (123, "123"),
        (4.5, "4.5"),
        ("2024.09-1571", "2024.09-1571"),
        ("4.5.0+glitch", "4.5.0+glitch"),
        ("3.5.3 (compatible; Pixelfed 0.12.5)", "3.5.3 (compatible; Pixelfed 0.12.5)"),
        ("", None),
        (None, None),
        (True, None),
        ({"a": 1}, None),
        ("9" * 500, "9" * 127 + "…"),
    ],
)
def test_p14_a_version_is_text_as_sent(version: object, expected: str | None) -> None:
    """Numbers become text, suffixes stay, and a missing version is not said."""
    assert (
        expected
        == nodeinfo(document(software={"name": "foo", "version": version})).software_version
    )


@pytest.mark.parametrize(
    ("protocols", "expected"),
    [
        (["activitypub", "diaspora", "activitypub"], ("activitypub", "diaspora")),
        ({"inbound": ["diaspora"], "outbound": ["diaspora", "smtp"]}, ("diaspora", "smtp")),
        ({"inbound": "diaspora"}, ()),
        ("activitypub", ("activitypub",)),
        (["activitypub", 5, None, ["zot"], "newproto"], ("activitypub", "newproto")),
        (5, ()),
        (None, ()),
        ([], ()),
    ],
)
def test_p15_protocols_are_flattened(protocols: object, expected: tuple[str, ...]) -> None:
    """Object, text or list: the distinct names, those no schema knows included."""
    assert expected == nodeinfo(document(protocols=protocols)).protocols


@pytest.mark.parametrize("services", [[], 7, None, {"inbound": ["bluesky"]}])
def test_p16_services_do_not_matter(services: object) -> None:
    """Whatever stands there, the rest is read."""
    assert 5 == nodeinfo(document(services=services)).users_total


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), (False, False), ("true", True), ("False", False)]
    + [(value, None) for value in (1, 0, "yes", "1", None, [], {}, "")],
)
def test_p17_open_registrations_is_a_truth_value_or_not_said(
    value: object, expected: bool | None
) -> None:
    """Numbers are no truth values here: 1 may mean a mode."""
    assert expected is nodeinfo(document(openRegistrations=value)).is_open_registrations


@pytest.mark.parametrize(
    "usage", [None, [], {}, 5, "x", {"users": None}, {"users": []}, {"users": 3}, {"users": {}}]
)
def test_p18_no_usage_means_no_counts(usage: object) -> None:
    """Absent, null, empty and of the wrong type: every count is not said, and none is zero."""
    read = nodeinfo(document(usage=usage))

    counts = (read.users_total, read.users_active_month, read.local_posts, read.local_comments)
    assert (None, None, None, None) == counts
    assert (usage == {"users": {}}) == read.is_statistics_hidden


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0),
        ("0", 0),
        ("30", 30),
        (7.0, 7),
        (2**53, 2**53),
        (2**53 + 1, None),
        (2**64, None),
        ("", None),
        ("-1", None),
        (" 3", None),
        ("3.0", None),
        ("٣", None),
        ("9" * 5000, None),
        (-1, -1),
        (-15_000_000, -15_000_000),
        (-(2**53) - 1, None),
        (1.5, None),
        (True, None),
        (False, None),
        ([], None),
        ({"all": 3}, None),
        (None, None),
    ],
)
def test_p19_a_count_is_a_whole_number_or_not_said(value: object, expected: int | None) -> None:
    """Digits and whole floats are counts, what is below zero stays as said; nothing else is one, and nothing becomes zero."""
    body = json.dumps(json.loads(document()) | {"usage": {"users": {"total": value}}}).encode()

    assert expected == nodeinfo(body).users_total


@pytest.mark.parametrize("number", [b"1e400", b"-1e400", b"1e300", b"-0.5", b"1" * 400])
def test_p19_numbers_beyond_all_measure_are_not_said(number: bytes) -> None:
    """Infinity is a JSON number some writers send; it is either refused or no count."""
    body = document().replace(b'"total":5', b'"total":' + number)

    try:
        total = nodeinfo(body).users_total
    except ExtractError:
        total = None

    assert total is None


def test_p20_the_half_year_has_two_spellings() -> None:
    """GoToSocial and Emissary write activeHalfYear."""
    users = {"total": 3, "activeHalfYear": 2}

    assert 2 == nodeinfo(document(usage={"users": users})).users_active_halfyear


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"nodeName": "Bread &amp; Salt"}, "Bread & Salt"),
        ({"nodeName": "a\x00b\x1b[31m\nc"}, "ab[31m c"),
        ({"nodeName": 5, "siteName": "Kiln"}, "Kiln"),
        ({"nodeName": {"en": "x"}}, None),
        ({"nodeName": "", "federation": True}, None),
        ({"nodeName": "x" * 900}, "x" * 199 + "…"),
        ([], None),
        (3, None),
        (None, None),
    ],
)
def test_p21_metadata_of_the_wrong_type_is_ignored(metadata: object, expected: str | None) -> None:
    """Names are plain, capped texts, or not said."""
    assert expected == nodeinfo(document(metadata=metadata)).name


def test_p22_a_pointer_may_be_empty() -> None:
    """Then the usual paths may be tried; the path says nothing of the software."""
    assert Discovery() == discovery(b'{"links":[]}', OWN)
    assert Discovery() == discovery(b'{"links":null}', OWN)
    assert nodeinfo(document(software={})).software_name is None


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("https://two.example", "two.example"),
        ("https://two.example:443/", "two.example"),
        ("two.example/sub", "two.example"),
        ("https://two.example:8443", None),
        ("", None),
        (None, None),
        (5, None),
    ],
)
def test_p23_x_nodeinfo2_names_its_host_or_not(base: object, expected: str | None) -> None:
    """Its version may be the software's and is not looked at; a base URL may be missing or have a port."""
    body = orjson.dumps(
        {"version": "0.2.3", "server": {"baseUrl": base, "software": "owncast", "version": "0.2.3"}}
    )

    read = nodeinfo2(body)

    assert ("x2", "owncast", expected) == (
        read.schema_version,
        read.software_name,
        read.base_hostname,
    )


@pytest.mark.parametrize(
    ("name", "metadata", "expected"),
    [
        ("funkwhale", {"private": True}, True),
        ("funkwhale", {"private": False}, False),
        ("writefreely", {"private": True}, True),
        ("gnusocial", {"site": {"private": "1"}}, True),
        ("gnusocial", {"site": {"private": 1}}, True),
        ("gnusocial", {"site": {"private": "0"}}, False),
        ("hubzilla", {"site": {"private": 1}}, True),
        ("pleroma", {"private": True}, False),
        ("akkoma", {"private": True}, False),
        ("epicyon", {"private": True}, False),
        ("ghost", {"private": True}, False),
    ],
)
def test_a_private_flag_opts_out_only_where_the_software_means_that(
    name: str, metadata: object, expected: bool
) -> None:
    """Pleroma's flag closes an API and Epicyon's is a constant: neither asks to be left out."""
    body = document(software={"name": name, "version": "1"}, metadata=metadata)

    assert expected is nodeinfo(body).is_opted_out


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"version": "2.1"}, True),
        ({"version": "2.2"}, False),
        ({"version": "2.2", "instance": {"name": "x"}}, True),
        ({"version": "1.0"}, None),
        ({"version": 2.0}, None),
        ({"software": {"name": "Foo", "version": "1"}}, False),
        ({"software": {"name": "foo", "version": 1}}, False),
        ({"software": {"name": "foo"}}, False),
        ({"software": {"name": "foo", "version": "1", "homepage": "x"}}, False),
        ({"protocols": []}, False),
        ({"protocols": ["nostr"]}, False),
        ({"services": []}, False),
        ({"services": {"inbound": ["bluesky"], "outbound": []}}, False),
        ({"openRegistrations": 1}, False),
        ({"usage": {}}, False),
        ({"usage": {"users": {}}}, True),
        ({"usage": {"users": {"total": None}}}, False),
        ({"usage": {"users": {"total": True}}}, False),
        ({"usage": {"users": {}, "localPosts": -1}}, False),
        ({"usage": {"users": {"activeWeek": 1}}}, False),
        ({"metadata": []}, False),
        ({"$schema": "x"}, False),
    ],
)
def test_schema_validity_is_noted_and_shuts_nobody_out(
    changes: dict[str, object], expected: bool | None
) -> None:
    """The record says whether the schema would accept the document; it is read either way."""
    read = nodeinfo(document(**changes))

    assert expected is read.is_schema_valid


def test_no_personal_value_is_read() -> None:
    """Admins, accounts and addresses stand in many documents and in no record."""
    people = {
        "nodeAdmins": [{"name": "Somebody Private", "email": "private@one.example"}],
        "maintainer": {"name": "Somebody Private", "email": "private@one.example"},
        "staffAccounts": ["https://one.example/users/private"],
        "adminAccount": "private",
        "email": "private@one.example",
    }

    read = nodeinfo(document(metadata=people))

    assert "rivate" not in repr(read)
    assert () == read.unread_keys


def test_a_new_key_is_counted() -> None:
    """What nothing reads is named, so that a new field is a count and not a silence."""
    read = nodeinfo(document(operations={}, metadata={"novelty": 1}))

    assert ("operations", "metadata.novelty") == read.unread_keys


@given(st.binary(max_size=200) | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_record_or_an_extract_error(body: bytes) -> None:
    """Nothing a server sends ends a check in another way; counts are None or 0 to 2^53."""
    for read in (nodeinfo, nodeinfo2, statistics_json, lambda body: discovery(body, OWN)):
        try:
            record = read(body)
        except ExtractError:
            continue
        if isinstance(record, NodeInfo):
            assert_sound(record)
        else:
            assert all(one.path.startswith("/") and one.path.isascii() for one in record.links)


@given(st.dictionaries(st.sampled_from(list(json.loads(document()))), JSON_VALUES))
def test_any_value_at_any_key_leaves_a_sound_record(changes: dict[str, object]) -> None:
    """A sound document with anything in any of its places is still read, or refused."""
    body = json.dumps(json.loads(document()) | changes).encode()

    try:
        record = nodeinfo(body)
    except ExtractError:
        return

    assert_sound(record)


def assert_sound(record: NodeInfo) -> None:
    """Counts are counts, texts are capped."""
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if field.name.startswith(("users_", "local_")):
            assert value is None or (type(value) is int and 0 <= value <= 2**53)
    assert len(record.software_name_raw or "") <= 64
    assert len(record.software_version or "") <= 128
    assert len(record.name or "") <= 200
    assert len(record.description or "") <= 2000
