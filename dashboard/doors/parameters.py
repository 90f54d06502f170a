"""What doors can be asked for: each parameter says what it means, what it takes, and reads it strictly.

One declaration makes the reader, the description for programs and the page for people. A page of the dashboard
ignores what it does not know; a program is told, since it would take the wrong answer for the right one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Protocol

from starlette.datastructures import QueryParams

from dashboard.doors.answers import bad_parameter
from dashboard.urlstate import CODE, MOST_CODES, RANGE


class Parameter(Protocol):
    """One parameter of a door."""

    @property
    def name(self) -> str:
        """Its name in the address."""

    @property
    def meaning(self) -> str:
        """What it does, for people."""

    @property
    def is_repeated(self) -> bool:
        """Whether it may stand in an address more than once."""

    def schema(self) -> dict[str, Any]:
        """What it takes, as JSON Schema."""

    def read(self, texts: Sequence[str], /) -> Any:
        """What an address says, or the default where it says nothing. Raises `Problem`."""


@dataclass(frozen=True, slots=True)
class Words:
    """Free text, taken literally."""

    name: str
    meaning: str
    longest: int = 100
    is_repeated: ClassVar[bool] = False

    def schema(self) -> dict[str, Any]:
        """Text of some length."""
        return {"type": "string", "maxLength": self.longest}

    def read(self, texts: Sequence[str]) -> str:
        """The text without what surrounds it."""
        told = texts[0].strip() if texts else ""
        if len(told) > self.longest:
            raise bad_parameter(
                self.name,
                told,
                f"at most {self.longest} characters",
                f"`{self.name}` has {len(told)} characters; at most {self.longest} are read.",
            )
        return told


@dataclass(frozen=True, slots=True)
class Code:
    """One of some codes; without `options` any code."""

    name: str
    meaning: str
    default: str
    options: tuple[str, ...] = ()
    is_repeated: ClassVar[bool] = False

    def schema(self) -> dict[str, Any]:
        """A code."""
        told: dict[str, Any] = {"type": "string", "default": self.default}
        return told | ({"enum": list(self.options)} if self.options else {"pattern": _PATTERN})

    def read(self, texts: Sequence[str]) -> str:
        """The code."""
        return _code(self.name, texts[0], self.options) if texts and texts[0] else self.default


@dataclass(frozen=True, slots=True)
class Codes:
    """Any of some codes with commas between; without `options` any codes."""

    name: str
    meaning: str
    options: tuple[str, ...] = ()
    most: int = MOST_CODES
    is_repeated: ClassVar[bool] = True

    def schema(self) -> dict[str, Any]:
        """A list of codes."""
        item = {"enum": list(self.options)} if self.options else {"pattern": _PATTERN}
        return {"type": "array", "maxItems": self.most, "items": {"type": "string", **item}}

    def read(self, texts: Sequence[str]) -> tuple[str, ...]:
        """The codes, each once; `-` is how a page says none."""
        told = [word for text in texts for word in text.split(",") if word and text != "-"]
        return _few(self.name, self.most, (_code(self.name, word, self.options) for word in told))


@dataclass(frozen=True, slots=True)
class Names:
    """Hostnames, each in a parameter of its own or with commas between."""

    name: str
    meaning: str
    most: int
    is_repeated: ClassVar[bool] = True

    def schema(self) -> dict[str, Any]:
        """A list of hostnames."""
        return {
            "type": "array",
            "maxItems": self.most,
            "items": {"type": "string", "maxLength": 253},
        }

    def read(self, texts: Sequence[str]) -> tuple[str, ...]:
        """The hostnames in lower case, each once."""
        told = (word.strip().lower() for text in texts for word in text.split(","))
        return _few(self.name, self.most, (word for word in told if word))


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds."""

    name: str
    meaning: str
    least: int
    most: int
    default: int
    is_repeated: ClassVar[bool] = False

    def schema(self) -> dict[str, Any]:
        """A number."""
        return {
            "type": "integer",
            "minimum": self.least,
            "maximum": self.most,
            "default": self.default,
        }

    def read(self, texts: Sequence[str]) -> int:
        """The number."""
        if not texts or not texts[0]:
            return self.default
        told = texts[0]
        if (
            not (told.isascii() and told.isdigit() and len(told) < 10)
            or not self.least <= int(told) <= self.most
        ):
            raise bad_parameter(
                self.name,
                told,
                f"{self.least} to {self.most}",
                f"`{self.name}` is a whole number from {self.least} to {self.most}.",
            )
        return int(told)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers from one to another, as addresses of pages have them."""

    name: str
    meaning: str
    is_repeated: ClassVar[bool] = False

    def schema(self) -> dict[str, Any]:
        """A range as text."""
        return {
            "type": "string",
            "maxLength": 60,
            "examples": ["20..200", "20..", "..200", "..", "..200,unsaid", "unsaid"],
        }

    def read(self, texts: Sequence[str]) -> str:
        """The range as it stands; empty = anything."""
        told = texts[0].strip() if texts else ""
        if told and not RANGE.match(told):
            raise bad_parameter(
                self.name,
                told,
                self.schema()["examples"],
                f"`{self.name}` is a range: 20..200, 20.. or ..200, and ,unsaid for those that do not say.",
            )
        return told


@dataclass(frozen=True, slots=True)
class Day:
    """A day in UTC; nothing said is the first there is."""

    name: str
    meaning: str
    is_repeated: ClassVar[bool] = False

    def schema(self) -> dict[str, Any]:
        """A date."""
        return {"type": "string", "format": "date"}

    def read(self, texts: Sequence[str]) -> date:
        """The day."""
        if not texts or not texts[0]:
            return date.min
        try:
            if len(texts[0]) != len("2026-11-25"):
                raise ValueError
            return date.fromisoformat(texts[0])
        except ValueError:
            raise bad_parameter(
                self.name, texts[0], "a date such as 2026-11-25", f"`{self.name}` is a date."
            ) from None


@dataclass(frozen=True, slots=True)
class Yes:
    """Yes or no; nothing said is no."""

    name: str
    meaning: str
    is_repeated: ClassVar[bool] = False

    def schema(self) -> dict[str, Any]:
        """`1` for yes, as in the addresses of pages."""
        return {"type": "string", "enum": ["0", "1"], "default": "0"}

    def read(self, texts: Sequence[str]) -> bool:
        """Whether it is yes."""
        return bool(texts and texts[0]) and _code(self.name, texts[0], ("0", "1")) == "1"


@dataclass(frozen=True, slots=True)
class Token:
    """What an answer before gave for the next question."""

    name: str
    meaning: str
    is_repeated: ClassVar[bool] = False

    def schema(self) -> dict[str, Any]:
        """Opaque text."""
        return {"type": "string", "maxLength": 1_000}

    def read(self, texts: Sequence[str]) -> str:
        """The text; empty = none."""
        return texts[0] if texts else ""


_PATTERN = "^[a-z0-9][a-z0-9._-]{0,63}$"


def _few(name: str, most: int, told: Iterable[str]) -> tuple[str, ...]:
    """Values, each once; raise where there are too many."""
    found = tuple(dict.fromkeys(told))
    if len(found) > most:
        raise bad_parameter(
            name,
            len(found),
            f"at most {most}",
            f"`{name}` has {len(found)} values; at most {most} are read.",
        )
    return found


def _code(name: str, word: str, options: tuple[str, ...]) -> str:
    if options and word not in options:
        raise bad_parameter(
            name, word, list(options), f"`{name}` takes one of {len(options)} words."
        )
    if not CODE.match(word):
        raise bad_parameter(
            name, word, _PATTERN, f"`{name}` takes words of lower-case letters, digits and . _ -"
        )
    return word


def read(parameters: Sequence[Parameter], query: QueryParams) -> Mapping[str, Any]:
    """Read an address. Raises `Problem` for a parameter that is not there, stands twice or means nothing."""
    known = {parameter.name: parameter for parameter in parameters}
    for name in query:
        if name not in known:
            raise bad_parameter(
                name, query[name], sorted(known), f"There is no parameter `{name[:60]}` here."
            )
        if len(query.getlist(name)) > 1 and not known[name].is_repeated:
            raise bad_parameter(
                name, query[name], "one value", f"`{name}` stands in the address more than once."
            )
    return {name: known[name].read(query.getlist(name)) for name in known}
