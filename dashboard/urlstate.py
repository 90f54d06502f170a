"""What a page shows, as query parameters: stable codes, never labels, and nothing that is the default.

Whoever opens the same address sees the same page, in any language and with any browser. What an address
says and a page does not know is ignored.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Protocol

CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")
"""What names of software and languages look like; nothing else is ever taken from an address."""

HOSTNAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\Z")
"""What a hostname looks like; whether there is such a server is another question."""

RANGE = re.compile(
    r"(?:(?P<least>-?[0-9]{1,15}(?:\.[0-9]{1,6})?)?\.\.(?P<most>-?[0-9]{1,15}(?:\.[0-9]{1,6})?)?(?P<too>,unsaid)?|unsaid)\Z"
)
"""What a range of numbers looks like."""

MOST_CODES = 20
"""Codes of one parameter: more is nobody's choice."""


class Field(Protocol):
    """One choice of a page, with its name in the address."""

    @property
    def name(self) -> str:
        """Its name in the address."""

    def parse(self, text: str | None, /) -> Any:
        """What the address says, or the default."""

    def format(self, value: Any, /) -> str | None:
        """What the address should say; `None` = nothing, it is the default."""


@dataclass(frozen=True, slots=True)
class Text:
    """Free text."""

    name: str
    longest: int = 100

    def parse(self, text: str | None) -> str:
        """The text, without what surrounds it."""
        return (text or "").strip()[: self.longest]

    def format(self, value: str | None) -> str | None:
        """The text, if there is any."""
        return self.parse(value) or None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some codes; without `options` any code."""

    name: str
    default: str
    options: Sequence[str] = ()

    def parse(self, text: str | None) -> str:
        """The code, or the default."""
        if text is None or not CODE.match(text) or (self.options and text not in self.options):
            return self.default
        return text

    def format(self, value: str | None) -> str | None:
        """The code, unless it is the default."""
        parsed = self.parse(value)
        return None if parsed == self.default else parsed


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from one to another: `20..200`, `20..`, `..200`, `..` for any; `unsaid` alone or after a comma.

    The choice is the text itself; empty = anything.
    """

    name: str

    def parse(self, text: str | None) -> str:
        """The text, if it is a range."""
        told = (text or "").strip()
        return told if RANGE.match(told) else ""

    def format(self, value: str | None) -> str | None:
        """The text, if there is any."""
        return self.parse(value) or None


@dataclass(frozen=True, slots=True)
class Choices:
    """Any number of codes, in the order chosen; without `options` any codes."""

    name: str
    options: Sequence[str] = ()
    default: tuple[str, ...] = ()
    is_always_said: bool = False
    """For a default that differs from visitor to visitor: an address must not mean another thing to each."""
    most: int = MOST_CODES
    """Codes that are read."""

    def parse(self, text: str | None) -> list[str]:
        """The codes. `-` is how an address says none where the default is some."""
        if text is None:
            return list(self.default)
        return self._known(text.split(","))

    def format(self, value: Sequence[str] | None) -> str | None:
        """The codes with commas, unless they are the default."""
        known = self._known(value or ())
        if tuple(known) == self.default and not self.is_always_said:
            return None
        return ",".join(known) or "-"

    def _known(self, codes: Sequence[str]) -> list[str]:
        fitting = (c for c in codes if CODE.match(c) and (not self.options or c in self.options))
        return list(dict.fromkeys(fitting))[: self.most]


@dataclass(frozen=True, slots=True)
class Hostnames:
    """Some servers, in the order chosen, with commas between."""

    name: str
    most: int

    def parse(self, text: str | None) -> list[str]:
        """The hostnames in lower case, each once; what looks like none is left out."""
        return self._known((text or "").split(","))

    def format(self, value: Sequence[str] | None) -> str | None:
        """The hostnames with commas, if there are any."""
        return ",".join(self._known(value or ())) or None

    def _known(self, words: Sequence[str]) -> list[str]:
        told = (word.strip().lower() for word in words)
        return list(dict.fromkeys(word for word in told if HOSTNAME.match(word)))[: self.most]


@dataclass(frozen=True, slots=True)
class Number:
    """A page of a list, from 1."""

    name: str
    most: int = 100_000

    def parse(self, text: str | None) -> int:
        """The number; anything else is 1."""
        return (
            min(max(int(text), 1), self.most) if text and re.fullmatch(r"[0-9]{1,6}", text) else 1
        )

    def format(self, value: int | None) -> str | None:
        """The number, unless it is 1."""
        parsed = self.parse(str(value))
        return None if parsed == 1 else str(parsed)


@dataclass(frozen=True, slots=True)
class Day:
    """A day as `2026-11-25`; empty = none is chosen."""

    FIRST: ClassVar[date] = date(2000, 1, 1)
    LAST: ClassVar[date] = date(2100, 12, 31)

    name: str

    def parse(self, text: str | None) -> str:
        """The day, if it is one."""
        if text is None or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return ""
        try:
            return text if self.FIRST <= date.fromisoformat(text) <= self.LAST else ""
        except ValueError:
            return ""

    def format(self, value: str | None) -> str | None:
        """The day, if there is one."""
        return self.parse(value) or None


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no; no is not said."""

    name: str

    def parse(self, text: str | None) -> bool:
        """Yes is `1`."""
        return text == "1"

    def format(self, value: bool | None) -> str | None:
        """`1` for yes."""
        return "1" if value else None


def parse(fields: Sequence[Field], query: Mapping[str, str]) -> dict[str, Any]:
    """Read every field of a page from an address."""
    return {field.name: field.parse(query.get(field.name)) for field in fields}


def format(fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, str]:
    """Write every field of a page that is not the default."""
    said = {field.name: field.format(values.get(field.name)) for field in fields}
    return {name: text for name, text in said.items() if text is not None}
