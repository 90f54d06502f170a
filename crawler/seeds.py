"""Seeds: the hostnames that a crawl begins with, hand-kept in a CSV or one to a line."""

import csv
from pathlib import Path

from crawler.exceptions import HostnameError, SeedsError
from crawler.hostname import Hostname

_MOST_BYTES = 50_000_000
"""A list of every server ever named is smaller; a larger file is another kind of file."""


def read_seeds(path: Path) -> list[Hostname]:
    """Read hostnames, distinct and in order. Raises `SeedsError` naming file, line, value, way out.

    A first line with a field `hostname` makes it a CSV; otherwise each line is one hostname. Empty
    lines and lines that begin with `#` are passed over.
    """
    lines = _text(path).splitlines()
    rows = [
        (number, line)
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not rows:
        raise SeedsError(
            f"{path} names no hostname: write one to a line, for example mastodon.social"
        )
    column = _column(rows[0][1])
    if column is not None:
        rows = rows[1:]
    seeds = [_hostname(path, number, _field(path, number, line, column)) for number, line in rows]
    return list(dict.fromkeys(seeds))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise SeedsError(f"{path} is larger than 50 MB: is it a list of hostnames?")
        held = path.read_bytes()
    except OSError as error:
        raise SeedsError(
            f"{path} cannot be read ({error.strerror}): check the path and its permissions"
        ) from None
    try:
        text = held.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise SeedsError(
            f"{path} is not a text file: give a CSV with a column `hostname`, in UTF-8"
        )
    return text


def _column(header: str) -> int | None:
    fields = [field.strip().lower() for field in next(csv.reader([header]))]
    return fields.index("hostname") if "hostname" in fields else None


def _field(path: Path, number: int, line: str, column: int | None) -> str:
    if column is None:
        return line.strip()
    fields = next(csv.reader([line]))
    if column >= len(fields):
        raise SeedsError(f"{path}, line {number}: {line!r:.80} has no field `hostname`")
    return fields[column].strip()


def _hostname(path: Path, number: int, text: str) -> Hostname:
    try:
        return Hostname.parse(text)
    except HostnameError as error:
        hint = _hint(text)
        raise SeedsError(
            f"{path}, line {number}: {text!r:.120} is not a hostname ({error.reason}). "
            f"Write {hint}, or begin the line with # to pass over it"
        ) from None


def _hint(text: str) -> str:
    """What was probably meant."""
    try:
        return f"`{Hostname.parse_claim(text)}`"
    except HostnameError:
        return "a bare name such as `mastodon.social`"
