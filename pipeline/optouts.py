"""Who asked to stay out: kept on a list, deleted everywhere, and not let in again when others name them.

Two lists count together: the one that comes with the code, and the operator's own in the data folder.
"""

import csv
import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from crawler.exceptions import HostnameError
from crawler.hostname import Hostname
from crawler.records import Check, PeerList
from pipeline.disk import flush
from pipeline.exceptions import HandKeptError, StaysOut
from pipeline.warehouse import OPTOUTS, Warehouse, optout_lists, read_optouts

SIGNED = "its own word"
"""Source of a line that a server's own word put there (`leaving.py`), and its word may take away."""

_T = TypeVar("_T")

_HEADER = ("hostname", "reason", "source", "added_on")
_RECEIPT = ".optouts.applied"
"""Beside the warehouse: which lists it was last made to agree with, for a command that waits for a crawl."""
_CLEARED = ".optouts.cleared"
"""Beside it: which lists backups and releases were last made to agree with."""
_LOCK = ".optouts.lock"
"""Held by whoever changes the operator's list."""


@dataclass(frozen=True, slots=True)
class OptOuts:
    """Hostnames that stay out, subdomains included."""

    hostnames: frozenset[str]

    def __contains__(self, hostname: object) -> bool:
        name = str(hostname)
        while name:
            if name in self.hostnames:
                return True
            name = name.partition(".")[2]
        return False

    def without(self, checks: Sequence[Check]) -> list[Check]:
        """Checks without those of hosts that stay out, and without what the others say of them."""
        if not self.hostnames:
            return list(checks)
        return [self._cleared(check) for check in checks if check.hostname not in self]

    def _cleared(self, check: Check) -> Check:
        if check.moved_to is not None and check.moved_to in self:
            # the words of a redirect name its target
            check = replace(check, moved_to=None, detail="", exchanges=(), notes=())
        return replace(
            check,
            aliases=tuple(alias for alias in check.aliases if alias.hostname not in self),
            peer_lists=tuple(self._without_peers(peers) for peers in check.peer_lists),
        )

    def _without_peers(self, peers: PeerList) -> PeerList:
        stays = [hostname not in self for hostname in peers.hostnames]
        if all(stays):
            return peers
        return replace(
            peers,
            hostnames=_where(stays, peers.hostnames),
            details=_where(stays, peers.details) if peers.details else (),
        )


def _where(stays: list[bool], values: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(value for value, stay in zip(values, stays, strict=True) if stay)


def kept_optouts(warehouse: Warehouse) -> OptOuts:
    """Read who stays out as the warehouse knows it."""
    rows = warehouse.connection.execute("select hostname from raw.optouts").fetchall()
    return OptOuts(frozenset(hostname for (hostname,) in rows))


def add(data: Path, hostname: Hostname, *, reason: str, source: str, added_on: date) -> bool:
    """Put a host on the operator's list; says whether it is new there. Raises `HandKeptError`."""
    if any(not text.isprintable() for text in (reason, source)):
        raise HandKeptError("reason and source must be on one line")
    with _changing(data) as path:
        if path.exists() and hostname in read_optouts(path):
            return False
        is_new = not path.exists()
        with path.open("a", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            if is_new:
                rows.writerow(_HEADER)
            rows.writerow([hostname, reason, source, f"{added_on:%Y-%m-%d}"])
        flush(path)
    return True


def remove_signed(data: Path, hostname: Hostname) -> bool:
    """Take a host off the operator's list where its own word put it there; says whether it did."""
    with _changing(data) as path:
        kept = [row for row in _rows(path) if not _is_signed(row, hostname)]
        if len(kept) == len(_rows(path)):
            return False
        aside = path.with_name(f".{path.name}.new")
        with aside.open("w", encoding="utf-8", newline="") as file:
            rows = csv.DictWriter(file, _HEADER, lineterminator="\n", extrasaction="ignore")
            rows.writeheader()
            rows.writerows(kept)
        flush(aside)
        os.replace(aside, path)
        flush(data)
    return True


def signed(data: Path) -> frozenset[str]:
    """Read which hosts are on the operator's list by their own word."""
    return frozenset(
        row["hostname"] for row in _rows(data / OPTOUTS.name) if row["source"] == SIGNED
    )


def _is_signed(row: dict[str, str], hostname: Hostname) -> bool:
    return row["source"] == SIGNED and row["hostname"] == hostname


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@contextmanager
def _changing(data: Path) -> Iterator[Path]:
    """Hold the operator's list while the block lasts: a visitor and an operator may change it at once."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / _LOCK).open("a+", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield data / OPTOUTS.name


def listed(data: Path) -> list[dict[str, str]]:
    """Every line of both lists."""
    return [row for path in optout_lists(data) for row in _rows(path)]


def apply(warehouse: Warehouse) -> int:
    """Delete what a warehouse holds of hosts on its lists; says of how many hosts there was something."""
    data = warehouse.path.parent
    seal = seal_of_lists(data)
    count = delete(warehouse, names(data))
    (data / _RECEIPT).write_text(seal, encoding="ascii")
    return count


def delete(warehouse: Warehouse, hostnames: list[str]) -> int:
    """Delete what a warehouse holds of these hosts and those below; says of how many hosts it was."""
    warehouse.refresh_optouts(hostnames)
    with warehouse.transaction() as connection:
        warehouse.run("optouts", "leaving")
        (count,) = connection.execute("select count(*) from leaving").fetchall()[0]
        if count:
            warehouse.run("optouts", "documents")
            warehouse.run("optouts", "delete")
    if count:
        warehouse.connection.execute("checkpoint")
    return int(count)


def names(data: Path) -> list[str]:
    """Read every host of both lists. Raises `HandKeptError`."""
    return [name for path in optout_lists(data) for name in read_optouts(path)]


def refuse_those_who_stay_out(data: Path, arguments: Sequence[str]) -> None:
    """Look for hosts of the lists among the arguments of a command that would ask them. Raises `StaysOut`."""
    rows = [(OptOuts(frozenset({Hostname.parse(row["hostname"])})), row) for row in listed(data)]
    for argument in arguments:
        try:
            hostname = Hostname.parse(argument)
        except HostnameError:
            continue
        for stays_out, row in rows:
            if hostname in stays_out:
                listing = f"{row['hostname']}, {row['source']}, {row['added_on']}"
                raise StaysOut(hostname, listing)


def is_applied(data: Path) -> bool:
    """Whether the warehouse was made to agree with the lists as they are now."""
    return _agrees(data, _RECEIPT)


def is_cleared(data: Path) -> bool:
    """Whether backups and releases were made to agree with the lists as they are now."""
    return _agrees(data, _CLEARED)


def note_cleared(data: Path, seal: str) -> None:
    """Remember that they were made to agree with the lists of this seal."""
    (data / _CLEARED).write_text(seal, encoding="ascii")


def seal_of_lists(data: Path) -> str:
    """Say what the lists are now, in a few letters."""
    texts = b"\0".join(path.read_bytes() for path in optout_lists(data))
    return hashlib.sha256(texts).hexdigest()


def _agrees(data: Path, receipt: str) -> bool:
    try:
        return (data / receipt).read_text(encoding="ascii") == seal_of_lists(data)
    except (OSError, UnicodeDecodeError):
        return False
