"""Where servers are hosted: the network and the country of an address, from offline tables.

The operator names tables by `HERDBOOK_GEOIP`: files in the MaxMind format (GeoLite2, DB-IP, IPinfo) or in that
of Tor (`geoip`, `geoip6`); several are parted by `:`. Debian's package tor-geoipdb works as it is installed.
Addresses are looked up while a check is stored and are not kept: what is kept says the country and the network.
A country is that of the network's address, not of the people, and the first table that says one is believed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from crawler.hostname import Hostname
from crawler.records import Check
from pipeline.exceptions import HostingTableError

_MMDB_MARKER = b"\xab\xcd\xefMaxMind.com"
_MARKER_WITHIN_BYTES = 128 * 1024
"""The format's own word: its metadata are in the last 128 KiB."""

_NO_COUNTRIES = frozenset({"XX", "ZZ", "T1", "A1", "A2", "AP", "EU"})
"""Codes of tables for "not known", proxies, satellites and whole continents."""

_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_AS = re.compile(r"(?:AS)?(\d{1,10})\Z", re.IGNORECASE)
_DAY = re.compile(rb"\d{4}-\d{2}-\d{2}")
_NAME_CHARACTERS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What tables say of one address."""

    country: str | None = None
    """ISO 3166 code, upper case."""
    as_number: int | None = None
    """Number of the autonomous system that announces it."""
    as_name: str | None = None
    """Who runs that."""
    country_table: str | None = None
    """Which table said the country, with its date."""
    as_table: str | None = None
    """Which table said the autonomous system, with its date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """Where one server's address lay. A new row only when that changed."""

    hostname: Hostname
    """The server."""
    seen_at: datetime
    """Time of the check that saw it first, UTC."""
    country: str | None
    """ISO 3166 code; `None` = no table says one."""
    as_number: int | None
    """`None` = no table says one."""
    as_name: str | None
    """As the table has it."""
    country_table: str | None
    """Name and date of the table that said the country."""
    as_table: str | None
    """Name and date of the table that said the autonomous system."""


class _Table(Protocol):
    def find(self, address: IPv4Address | IPv6Address) -> Place: ...


class AddressTables:
    """Some tables, asked in order. Built by `AddressTables.open`."""

    def __init__(self, tables: Sequence[_Table]) -> None:
        self._tables = tuple(tables)

    @classmethod
    def open(cls, paths: Sequence[Path]) -> Self:
        """Open tables in whichever format. Raises `HostingTableError`."""
        return cls([_opened(path) for path in paths])

    def __bool__(self) -> bool:
        return bool(self._tables)

    def find(self, text: str) -> Place:
        """Look one address up; nothing is said of what is no public address."""
        address = ip_address(text)
        found = Place()
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        for table in self._tables if address.is_global else ():
            said = table.find(address)
            if found.country is None and said.country is not None:
                found = _with(found, country=said.country, country_table=said.country_table)
            if found.as_number is None and said.as_number is not None:
                found = _with(
                    found,
                    as_number=said.as_number,
                    as_name=said.as_name,
                    as_table=said.as_table,
                )
        return found

    def seen(self, checks: Sequence[Check]) -> list[Hosting]:
        """Say where the servers of some checks are. Who refuses to be counted is left out."""
        if not self._tables:
            return []
        return [
            _hosting(check, self.find(check.address))
            for check in checks
            if check.address is not None and not check.is_counting_refused
        ]


class _Mmdb:
    """A table in the MaxMind format."""

    def __init__(self, path: Path) -> None:
        # optional: only whoever has such a table needs its reader
        import maxminddb

        try:
            self._reader = maxminddb.open_database(path, maxminddb.MODE_MMAP)
            told = self._reader.metadata()
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            raise HostingTableError(path, str(error)) from error
        day = datetime.fromtimestamp(told.build_epoch, UTC).date()
        self._path = path
        self._name = f"{_clean(told.database_type) or path.name} {day}"

    def find(self, address: IPv4Address | IPv6Address) -> Place:
        """Read what GeoLite2, DB-IP or IPinfo say, each under its own names."""
        if address.version == 6 and self._reader.metadata().ip_version == 4:
            return Place()
        try:
            record = self._reader.get(address)
        except (ValueError, RuntimeError) as error:  # the reader's own error is a RuntimeError
            raise HostingTableError(self._path, str(error)) from error
        said: dict[str, Any] = record if isinstance(record, dict) else {}
        country = next(
            (
                code
                for name in ("country", "country_code", "registered_country")
                if (code := _country(said.get(name))) is not None
            ),
            None,
        )
        number = _as_number(said.get("autonomous_system_number", said.get("asn")))
        name = said.get("autonomous_system_organization", said.get("as_name"))
        return Place(
            country=country,
            as_number=number,
            as_name=_clean(name) if number is not None else None,
            country_table=self._name,
            as_table=self._name,
        )


class _Ranges:
    """A table in Tor's format: first address, last address, country and, since 2023, the AS's number."""

    def __init__(self, path: Path) -> None:
        try:
            lines = path.read_bytes().splitlines()
        except OSError as error:
            raise HostingTableError(path, str(error)) from error
        comments = b" ".join(line for line in lines if line.startswith(b"#"))
        day = _DAY.search(comments)
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
        self._name = f"{path.name} {day[0].decode() if day else changed}"
        rows = [line.decode().split(",") for line in lines if line and not line.startswith(b"#")]
        try:
            self._version = 6 if ":" in rows[0][0] else 4
            ends = [(_place_of(row[0]), _place_of(row[1])) for row in rows]
            self._countries = [_country(row[2].strip()) for row in rows]
        except (ValueError, IndexError) as error:
            raise HostingTableError(path, f"no range of addresses: {error}") from error
        self._numbers = [_as_number(row[3].strip()) if len(row) > 3 else None for row in rows]
        self._firsts: NDArray[np.uint64] = np.array([first for first, _ in ends], np.uint64)
        self._lasts: NDArray[np.uint64] = np.array([last for _, last in ends], np.uint64)
        if np.any(self._firsts[1:] < self._firsts[:-1]):
            raise HostingTableError(path, "its ranges are not in order")

    def find(self, address: IPv4Address | IPv6Address) -> Place:
        if address.version != self._version:
            return Place()
        place = _place_of(str(address))
        row = int(np.searchsorted(self._firsts, np.uint64(place), side="right")) - 1
        if row < 0 or place > int(self._lasts[row]):
            return Place()
        return Place(
            country=self._countries[row],
            as_number=self._numbers[row],
            country_table=self._name,
            as_table=self._name,
        )


def _opened(path: Path) -> _Table:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _MARKER_WITHIN_BYTES))
            is_mmdb = _MMDB_MARKER in file.read()
    except OSError as error:
        raise HostingTableError(path, str(error)) from error
    return _Mmdb(path) if is_mmdb else _Ranges(path)


def _place_of(text: str) -> int:
    """An address as a number of 64 bits; of IPv6 the first half, for no network has less than that."""
    text = text.strip()
    if text.isdigit():
        return int(text)
    address = ip_address(text)
    return int(address) >> 64 if address.version == 6 else int(address)


def _country(told: object) -> str | None:
    if isinstance(told, dict):
        told = told.get("iso_code")
    if not isinstance(told, str):
        return None
    code = told.upper()
    return code if _COUNTRY.match(code) and code not in _NO_COUNTRIES else None


def _as_number(told: object) -> int | None:
    found = _AS.match(str(told)) if told is not None else None
    return int(found[1]) or None if found else None


def _clean(told: object) -> str | None:
    if not isinstance(told, str):
        return None
    return "".join(c for c in told if c.isprintable()).strip()[:_NAME_CHARACTERS] or None


def _with(place: Place, **told: Any) -> Place:
    return Place(**{name: told.get(name, getattr(place, name)) for name in Place.__slots__})


def _hosting(check: Check, place: Place) -> Hosting:
    return Hosting(
        hostname=check.hostname,
        seen_at=check.started_at,
        country=place.country,
        as_number=place.as_number,
        as_name=place.as_name,
        country_table=place.country_table,
        as_table=place.as_table,
    )
