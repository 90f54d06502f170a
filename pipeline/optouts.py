"""Who asked to stay out: kept on a list, deleted everywhere, and not let in again when others name them.

Two lists count together: the one that comes with the code, and the operator's own in the data folder.
"""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from crawler.hostname import Hostname
from crawler.records import Check, PeerList
from pipeline.exceptions import HandKeptError
from pipeline.warehouse import Warehouse, optout_lists, read_optouts

_T = TypeVar("_T")

_HEADER = ("hostname", "reason", "source", "added_on")
_RECEIPT = ".optouts.applied"
"""Beside the warehouse: which lists it was last made to agree with, for a command that waits for a crawl."""


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
    path = data / "optouts.csv"
    if path.exists() and hostname in read_optouts(path):
        return False
    if any(not text.isprintable() for text in (reason, source)):
        raise HandKeptError("reason and source must be on one line")
    data.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        if is_new:
            rows.writerow(_HEADER)
        rows.writerow([hostname, reason, source, f"{added_on:%Y-%m-%d}"])
    return True


def listed(data: Path) -> list[dict[str, str]]:
    """Every line of both lists."""
    rows: list[dict[str, str]] = []
    for path in optout_lists(data):
        with path.open(encoding="utf-8", newline="") as file:
            rows.extend(csv.DictReader(file))
    return rows


def apply(warehouse: Warehouse) -> int:
    """Delete what a warehouse holds of hosts on its lists; says of how many hosts there was something."""
    data = warehouse.path.parent
    seal = _seal(data)
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


def is_applied(data: Path) -> bool:
    """Whether the warehouse was made to agree with the lists as they are now."""
    try:
        return (data / _RECEIPT).read_text(encoding="ascii") == _seal(data)
    except (OSError, UnicodeDecodeError):
        return False


def _seal(data: Path) -> str:
    texts = b"\0".join(path.read_bytes() for path in optout_lists(data))
    return hashlib.sha256(texts).hexdigest()
