"""Typed readers over decoded JSON. Total: whatever stands there, each returns a value or `None`."""

import re
from collections.abc import Iterable, Mapping

import orjson

from crawler.exceptions import ExtractError
from crawler.outcome import Outcome
from crawler.text import plain

_BOM = b"\xef\xbb\xbf"
_LARGEST_COUNT = 2**53
MOST_VALUES = 500_000
"""Of a document, counted by its brackets and commas: more than the largest honest list has. An empty list costs two
bytes on the wire and sixty here, so 10 MB would become 250."""
_PLAIN_BYTES = 512 * 1024
"""Documents up to this size are not counted: they cannot hold so many."""
_WALLS = (
    b"/.within.website/",
    b"making sure you&#39;re not a bot",
    b"making sure you're not a bot",
    b"just a moment...",
    b"cf-browser-verification",
    b"/cdn-cgi/challenge-platform/",
    b"checking your browser before accessing",
    b"ddos-guard",
    b"verifying you are human",
    b"go-away challenge",
)
"""What challenge pages carry (Anubis, Cloudflare, go-away, DDoS-Guard), lower case (SURVEY §10.5)."""

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})((?:-[A-Za-z0-9]{2,8}){0,3})(?![A-Za-z0-9])")

Json = Mapping[str, object]


def decode(body: bytes) -> object:
    """Decode a JSON document.

    Raises `ExtractError`: `bot_wall` for a challenge page, `too_large` for one of too many values, `not_json` for
    anything else.
    """
    if len(body) > _PLAIN_BYTES and sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise ExtractError(Outcome.TOO_LARGE, f"more than {MOST_VALUES:,} values in a document")
    try:
        return orjson.loads(body.removeprefix(_BOM))
    except orjson.JSONDecodeError:
        if is_wall(body):
            raise ExtractError(
                Outcome.BOT_WALL, "a challenge page in place of the document"
            ) from None
        kind = "an HTML page" if body.lstrip()[:1] == b"<" else "no JSON"
        raise ExtractError(Outcome.NOT_JSON, f"{kind} in place of the document") from None


def document(body: bytes) -> Json:
    """Decode a JSON object. Raises `ExtractError`: as `decode`, and `wrong_shape` for another value."""
    value = decode(body)
    if not isinstance(value, dict):
        raise ExtractError(Outcome.WRONG_SHAPE, f"JSON, but {_kind(value)} in place of an object")
    return value


def is_wall(body: bytes) -> bool:
    """Whether these bytes are a bot wall's page."""
    head = body[:20_000].lower()
    return any(mark in head for mark in _WALLS)


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")


def mapping(value: object) -> Json:
    """The value if it is an object, else an empty one (SURVEY P18, P21)."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[object]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def at(value: object, *path: str) -> object:
    """What stands at a path of object keys, or `None`."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def count(value: object) -> int | None:
    """A count: an integer, a string of digits or an integral float, 0 … 2^53; else `None` (P19)."""
    # JSON has no other kinds of numbers, and a truth value is not of type `int`
    if type(value) is str:
        value = int(value) if value.isdigit() and value.isascii() and len(value) < 17 else None
    elif type(value) is float:
        value = int(value) if value.is_integer() and abs(value) <= _LARGEST_COUNT else None
    return value if type(value) is int and 0 <= value <= _LARGEST_COUNT else None


def said_number(value: object) -> int | None:
    """A count as it was said, below zero included: whether it can be meant is for whoever reads the record."""
    if type(value) is int and -_LARGEST_COUNT <= value < 0:
        return value
    return count(value)


def boolean(value: object) -> bool | None:
    """A truth value: true, false, or one of those words as a string (P17); else `None`."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def flag(value: object) -> bool:
    """Whether an opt-out flag is set: true, 1, "1" or "true" (SURVEY §10.2: software sends all four)."""
    return value is True or (type(value) is int and value == 1) or value in ("1", "true", "True")


def words(value: object, limit: int = 64, most: int = 50) -> tuple[str, ...]:
    """The distinct plain texts of a list, in order; a single text is a list of one (P15)."""
    items = value if isinstance(value, list) else [value]
    found = (plain(item, limit) for item in items[: most * 4])
    return tuple(dict.fromkeys(item for item in found if item))[:most]


def languages(value: object) -> tuple[str, ...]:
    """BCP 47 codes of a list, lower-case language, at most 20."""
    codes = (_LANGUAGE.match(word.replace("_", "-")) for word in words(value, 40, 40))
    found = (f"{code[1].lower()}{code[2]}" for code in codes if code is not None)
    return tuple(dict.fromkeys(found))[:20]


def https_url(value: object) -> str | None:
    """An https URL of ordinary length, as text; never fetched, never shown as an image."""
    if (
        isinstance(value, str)
        and value.startswith("https://")
        and len(value) <= 500
        and value.isprintable()
    ):
        return value
    return None


def unread(value: Json, read: Iterable[str], prefix: str = "") -> tuple[str, ...]:
    """Keys of an object that nothing reads, at most 40, so that a new field is a count."""
    known = set(read)
    return tuple(f"{prefix}{key[:64]}" for key in value if key not in known)[:40]
