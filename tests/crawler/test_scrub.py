"""Scrubbing: what is kept of a response holds nobody."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.scrub import scrub

PERSONAL = [
    "email",
    "Email",
    "contact",
    "contact_account",
    "nodeAdmins",
    "maintainer",
    "staffAccounts",
]
PERSONAL += ["admin", "adminAccount", "admins", "moderators", "contactEmail", "operator", "owner"]


@pytest.mark.parametrize("key", PERSONAL)
def test_a_personal_key_goes_with_all_it_holds(key: str) -> None:
    """At any depth, in any case, whatever its value is."""
    body = orjson.dumps({"a": [{"b": {key: {"name": "somebody"}, "kept": 1}}], key: "somebody"})

    assert {"a": [{"b": {"kept": 1}}]} == json.loads(scrub(body) or b"")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'"write to keeper@one.example, please"', "write to …, please"),
        (b'"keeper\\u0040one.example"', "…"),
        (b'"keeper&#64;one.example"', "…"),
        (b'"keeper&#x40;one.example"', "…"),
        (b'"keeper%40one.example"', "…"),
        ('"keeper＠one.example"'.encode(), "…"),
        (b'"<a href=\\"mailto:keeper@one.example\\">mail</a>"', '<a href="…">mail</a>'),
        (b'"a@b@two.example"', "a@…"),
        (b'"@keeper@one.example"', "@…"),
        (b'{"keeper@one.example":{"x":"k@one.example"}}', {"…": {"x": "…"}}),
        (b'"admin@localhost"', "admin@localhost"),
        (b'"R&D @ home"', "R&D @ home"),
    ],
)  # fmt: skip
def test_an_address_becomes_one_character(body: bytes, expected: object) -> None:
    """In texts and in keys, escaped or not; what is no address stays."""
    assert expected == json.loads(scrub(body) or b"")


def test_what_is_not_personal_stays() -> None:
    """The numbers, names and rules are what the document is kept for."""
    value = {
        "title": "Meadow",
        "usage": {"users": {"active_month": 0}},
        "rules": [{"text": "Be kind"}],
    }

    assert value == json.loads(scrub(orjson.dumps(value)) or b"")


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"\xff", b"[" * 5000, b"NaN"])
def test_no_json_is_not_kept(body: bytes) -> None:
    """Pages and broken documents are no documents."""
    assert scrub(body) is None


def test_a_byte_order_mark_is_dropped() -> None:
    """What is kept is plain JSON."""
    assert b"{}" == scrub(b"\xef\xbb\xbf{}")


def test_what_nests_without_end_is_cut() -> None:
    """Nothing honest is thirty deep; below that nothing is kept, people included."""
    body = b'{"a":' * 200 + b'"keeper@one.example"' + b"}" * 200

    kept = scrub(body) or b""

    assert b"keeper" not in kept
    assert b"null" in kept


def personal_keys(value: object) -> set[str]:
    """The personal keys anywhere in a value."""
    if isinstance(value, dict):
        below = [personal_keys(held) for held in value.values()]
        return {key for key in value if key in PERSONAL}.union(*below)
    if isinstance(value, list):
        return set().union(*map(personal_keys, value))
    return set()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=10) | st.emails(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(PERSONAL) | st.text(max_size=6) | st.emails(), inner, max_size=4
            )
        ),
        max_leaves=20,
    ),
    st.emails(),
)
def test_nobody_is_left_at_any_depth(value: object, address: str) -> None:
    """Whatever a document is, no personal key and no address comes through."""
    body = json.dumps([value, {"deep": {"deeper": [f"<{address}>"]}}], allow_nan=False).encode()

    kept = scrub(body)

    assert kept is not None
    assert set() == personal_keys(json.loads(kept))
    assert address not in json.dumps(json.loads(kept), ensure_ascii=False)


@given(st.binary(max_size=200))
def test_any_bytes_are_kept_as_json_or_not_kept(body: bytes) -> None:
    """Scrubbing never fails; scrubbing twice changes nothing."""
    kept = scrub(body)

    assert kept is None or kept == scrub(kept)
