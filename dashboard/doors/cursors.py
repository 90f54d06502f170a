"""Cursors: where a list goes on, opaque to whoever carries them.

A cursor belongs to one published file and one question. Once the file is replaced it is refused with 410, and the
answer says so: going on in other data would leave servers out or repeat them without anybody noticing.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

import orjson

from dashboard.doors.answers import Problem, bad_parameter, tag


def written(stamp: str, question: object, place: Sequence[Any]) -> str:
    """Write down where a list goes on."""
    told = orjson.dumps([tag(stamp)[:12], tag(question)[:12], *place])
    return urlsafe_b64encode(told).decode().rstrip("=")


def read(text: str, stamp: str, question: object) -> list[Any]:
    """Read where it goes on. Raises `Problem` for another file's, another question's, or no cursor at all."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        file, asked, *place = orjson.loads(urlsafe_b64decode(padded))
    except (ValueError, TypeError):
        raise _bad(text, "This is no cursor that was given out here.") from None
    if file != tag(stamp)[:12]:
        raise Problem(
            410,
            "replaced",
            "The data were replaced",
            "Newer data were published since this list was begun. Begin it again without `cursor`.",
            parameter="cursor",
        )
    if asked != tag(question)[:12]:
        raise _bad(text, "This cursor belongs to other filters or another order.")
    return list(place)


def _bad(text: str, detail: str) -> Problem:
    return bad_parameter("cursor", text, "`links.next` of the answer before, as it is", detail)
