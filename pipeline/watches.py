"""Who is told what: the hand-kept file `watches.toml` of a data folder, read strictly.

    [[watch]]
    name = "our servers"                          # shown by `herdbook status`
    hostnames = ["a.example", "b.example"]
    url = "https://hooks.example/herdbook"        # https, a public name, port 443
    secret_env = "HERDBOOK_HOOK_SECRET"           # the environment variable that holds the secret
    events = ["fell_silent", "version_changed"]   # left out = every kind

An address may hold a secret of its own, so it is never shown: watches are known by their names.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from crawler.exceptions import HostnameError
from crawler.hostname import Hostname
from pipeline.exceptions import HandKeptError

FILE_NAME = "watches.toml"
"""In the data folder. It is no part of what is published."""

KINDS = (
    "first_answered",
    "missed_a_day",
    "answered_after_days",
    "fell_silent",
    "answers_again",
    "moved",
    "registration_opened",
    "registration_closed",
    "registration_changed",
    "software_changed",
    "version_changed",
    "blocks_added",
    "blocks_removed",
)
"""What can happen to a server (`sql/reads/watched.sql`)."""

MOST_HOSTNAMES = 50
"""Of one watch, as many as a feed takes."""

_KEYS = ("name", "hostnames", "url", "secret_env", "events")
_NAME = re.compile(r"[^\W_][\w .,'()&+-]{0,59}\Z")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,99}\Z")
_URL = re.compile(r"https://[\x21\x24-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]{1,2000}\Z")
"""ASCII that needs no escaping, and no fragment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Some servers, and an address that is told what happens to them."""

    name: str
    """What it is known by; no two watches share it."""
    hostnames: tuple[str, ...]
    """The servers."""
    url: str
    """Where events are sent."""
    secret_env: str
    """The environment variable that holds the secret with which they are signed."""
    events: tuple[str, ...] = KINDS
    """Kinds that are sent."""


def read_watches(path: Path) -> list[Watch]:
    """Read the whole file; there may be none. Raises `HandKeptError`, which names the line and the value."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise HandKeptError(f"{path} cannot be read: {error}") from error
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise HandKeptError(f"{path} cannot be read: {error}") from error
    tables = told.pop("watch", [])
    if told or not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise HandKeptError(
            f"{path}: write [[watch]] before each watch, and nothing outside of them"
        )
    found: list[Watch] = []
    for number, table in enumerate(tables):
        found.append(_Reader(path, text, number, table).watch({watch.name for watch in found}))
    return found


class _Reader:
    """One table of the file."""

    def __init__(self, path: Path, text: str, number: int, told: dict[str, Any]) -> None:
        self._path = path
        self._text = text
        self._number = number
        self._told = told

    def watch(self, taken: set[str]) -> Watch:
        """What it says. `taken`: names of the watches above it."""
        for key in self._told:
            if key not in _KEYS:
                self._refuse(key, f"is not known; there are {', '.join(_KEYS)}")
        name = self._string("name", _NAME, "is no name: at most 60 letters, digits and spaces")
        if name in taken:
            self._refuse("name", "is the name of another watch above")
        return Watch(
            name=name,
            hostnames=self._hostnames(),
            url=self._url(),
            secret_env=self._string(
                "secret_env", _VARIABLE, "is no environment variable: write a name like HOOK_SECRET"
            ),
            events=self._events(),
        )

    def _string(self, key: str, form: re.Pattern[str], reason: str) -> str:
        value = self._told.get(key)
        if not isinstance(value, str) or not form.match(value):
            self._refuse(key, reason)
        return value

    def _strings(self, key: str, most: int) -> list[str]:
        values = self._told.get(key)
        if (
            not isinstance(values, list)
            or not 1 <= len(values) <= most
            or not all(isinstance(value, str) for value in values)
        ):
            self._refuse(key, f"is no list of 1 to {most} texts")
        return values

    def _hostnames(self) -> tuple[str, ...]:
        names = []
        for value in self._strings("hostnames", MOST_HOSTNAMES):
            try:
                names.append(str(Hostname.parse(value)))
            except HostnameError as error:
                self._refuse("hostnames", f"holds what is no name of a server: {error}")
        return tuple(dict.fromkeys(names))

    def _url(self) -> str:
        reason = "is no address to send to: write https://NAME/PATH without port, user or fragment"
        url = self._string("url", _URL, reason)
        try:
            parts = urlsplit(url)
            if parts.netloc != parts.hostname:
                self._refuse("url", reason)
            Hostname.parse(parts.hostname)
        except HostnameError as error:
            self._refuse("url", f"does not lead to a public name: {error}")
        except ValueError:
            self._refuse("url", reason)
        return url

    def _events(self) -> tuple[str, ...]:
        if "events" not in self._told:
            return KINDS
        kinds = self._strings("events", len(KINDS))
        for kind in kinds:
            if kind not in KINDS:
                self._refuse("events", f"holds {kind!r:.60}; there are {', '.join(KINDS)}")
        return tuple(dict.fromkeys(kinds))

    def _refuse(self, key: str, reason: str) -> NoReturn:
        where = f"{self._path}, line {self._line(key)}"
        if key not in self._told:
            raise HandKeptError(f"{where}: this watch does not say its {key}")
        # an address may be a secret
        value = "" if key == "url" else f" = {self._told[key]!r:.80}"
        raise HandKeptError(f"{where}: {key}{value} {reason}")

    def _line(self, key: str) -> int:
        """Where a key of this table is, or its head."""
        head, number = 1, -1
        for line, words in enumerate(self._text.splitlines(), start=1):
            if re.match(r"\s*\[\[\s*watch\s*\]\]", words):
                head, number = (line, number + 1) if number < self._number else (head, number + 1)
            elif number == self._number and re.match(
                rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", words
            ):
                return line
        return head
