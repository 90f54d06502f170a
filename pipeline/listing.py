"""What machines read of the published file: long lists in stretches, and how the crawler does.

A stretch begins after the place where the one before ended. While one published file stands, its order is total,
so stretches neither repeat a server nor leave one out, however many are asked for at a time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import pyarrow as pa

from pipeline.dictionary import SQL, read_relation
from pipeline.published import PublishedFile
from pipeline.running import Running, read_running
from pipeline.status import Status, read_status

_ALL_ROWS = 10_000_000
"""Servers of a download: all there will ever be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPlace:
    """Where a stretch of the directory ended: the last server, and what it was sorted by."""

    hostname: str
    number: float | None = None
    """Its sort key, negative where the largest come first; `None` = it does not say, or is sorted by text."""
    text: str | None = None
    """Its sort key where servers are sorted by text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPlace:
    """Where a stretch of events ended: the last event."""

    happened_on: date
    hostname: str
    event: str


class Listing(PublishedFile):
    """Reads for the doors that machines use."""

    def servers_after(
        self,
        parameters: dict[str, Any],
        *,
        sort: str,
        descending: bool,
        rows: int,
        place: ServerPlace | None = None,
    ) -> pa.Table:
        """Servers that fit (`Wishes.parameters`) in the order asked for; `place` = after that one."""
        return self._table(
            "servers_page",
            **parameters,
            sort=sort,
            descending=descending,
            rows=rows,
            is_begun=place is not None,
            last_number=place.number if place else None,
            last_text=place.text if place else None,
            last_hostname=place.hostname if place else None,
        )

    def servers_stream(
        self, parameters: dict[str, Any], *, sort: str, descending: bool, batch_rows: int
    ) -> Iterator[pa.RecordBatch]:
        """All servers that fit, in the order asked for, a batch at a time; of one published file to the end.

        Where none fits there is one batch without rows: it carries the types.
        """
        with self._cursor() as cursor:
            bound = {
                **parameters,
                "sort": sort,
                "descending": descending,
                "rows": _ALL_ROWS,
                "is_begun": False,
                "last_number": None,
                "last_text": None,
                "last_hostname": None,
            }
            reader = self._reader(cursor, "servers_page", bound, batch_rows)
            yield next(reader, None) or pa.RecordBatch.from_pylist([], reader.schema)
            yield from reader

    def events_after(
        self,
        *,
        hostnames: Sequence[str] = (),
        kinds: Sequence[str] = (),
        since: date = date.min,
        rows: int = 200,
        place: EventPlace | None = None,
    ) -> pa.Table:
        """Events, the newest first; `place` = after that one. No hostnames or kinds = all."""
        return self._table(
            "events_page",
            hostnames=list(hostnames),
            kinds=list(kinds),
            since=since,
            rows=rows,
            last_on=place.happened_on if place else None,
            last_hostname=place.hostname if place else None,
            last_event=place.event if place else None,
        )

    def listed_names(self, *, rows: int, skip: int = 0) -> pa.Table:
        """Servers that may be listed, by name."""
        return self._table("listed_names", rows=rows, skip=skip)

    def listed_count(self) -> int:
        """How many servers may be listed."""
        return int(self._table("listed_count")["instances_count"][0].as_py())

    def host_states(self) -> pa.Table:
        """How many hosts are in each state of the frontier, and how last checks ended."""
        return self._table("host_states")

    def tables(self) -> pd.DataFrame:
        """The published tables, with what one row of each is."""
        return self._read("released_tables")

    def columns(self, table: str) -> pd.DataFrame:
        """The columns of one of them: name, type and meaning."""
        return self._read("released_columns", table=table)

    def status(self) -> Status | None:
        """What the unattended jobs of this data folder said last; `None` = none ever ran."""
        return read_status(self.path.parent.parent)

    def running(self) -> Running:
        """How the Herdbook of this data folder runs, as anybody may know it."""
        return read_running(self.path.parent if self.is_release else self.path.parent.parent)


@cache
def meanings(mart: str) -> dict[str, str]:
    """What the columns of a published table mean, from the head of its file: name → meaning and unit."""
    return read_relation(SQL / "marts" / f"{mart}.sql").columns
