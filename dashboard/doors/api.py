"""The API, version 1: every published number as JSON, with its date, its coverage and its standing."""

from datetime import date
from typing import Any, cast, get_args

import pandas as pd
import pyarrow as pa

from dashboard.door import door
from dashboard.doors import cursors, shapes
from dashboard.doors.answers import Problem, bad_parameter
from dashboard.doors.endpoints import Asked, Endpoint, Told
from dashboard.doors.filtering import PARAMETERS, selected
from dashboard.doors.parameters import Code, Codes, Day, Names, Token, Whole
from dashboard.events import PUBLISHED
from dashboard.tables import plain, rows
from pipeline.listing import EventPlace, ServerPlace
from pipeline.read import OWN, GrowthMeasure, Holder

MOST = 1_000
"""Rows of one answer: a megabyte before compression."""

_FIRST_FIELDS = (
    "hostname", "title", "software_name", "software_version", "registration", "language_codes",
    "users_total", "users_total_standing", "users_active_month", "users_active_month_standing",
    "users_active_month_30d_ratio", "local_posts", "uptime_ratio_90d", "is_alive", "checked_at",
)  # fmt: skip
"""What a list of servers holds when nobody says which fields."""

_SOURCE = Code("source", "whose days: `herdbook` = own checks, else an imported source", OWN)
_SINCE = Day("since", "the first day")
_LIMIT = Whole("limit", "rows of one answer", 1, MOST, 100)
_CURSOR = Token("cursor", "where the list goes on: part of the next link of the answer before")


def servers(asked: Asked) -> Told:
    """Servers that fit, in an order, a stretch at a time."""
    values, chosen = asked.values, selected(asked.values)
    parameters = chosen.wishes.parameters()
    question = (parameters, chosen.sort, chosen.is_descending)
    place = None
    if values["cursor"]:
        hostname, number, text = _place(values["cursor"], asked.stamp, question, 3)
        place = ServerPlace(hostname=hostname, number=number, text=text)
    found = door().servers_after(
        parameters,
        sort=chosen.sort,
        descending=chosen.is_descending,
        rows=values["limit"] + 1,
        place=place,
    )
    kept, last = _stretch(found, values["limit"])
    fields = chosen.fields or _FIRST_FIELDS
    goes_on = last and (last["hostname"], last["place_number"], last["place_text"])
    return Told(
        data={**door().directory_totals(chosen.wishes), "servers": _records(kept.select(fields))},
        next_cursor=cursors.written(asked.stamp, question, goes_on) if goes_on else None,
    )


def server(asked: Asked) -> Told:
    """Everything that is published about one server."""
    told = _known(asked.hostname)
    return Told(
        data={
            "server": {name: plain(name, value) for name, value in told.items()},
            "standings": _rows(door().standings(asked.hostname)),
            "registration_spans": _rows(door().registration_spans(asked.hostname)),
            "sources": _rows(door().instance_sources(asked.hostname)),
        }
    )


def days(asked: Asked) -> Told:
    """Days of one server as one source saw them."""
    _known(asked.hostname)
    sources = _rows(door().instance_sources(asked.hostname))
    source = asked.values["source"]
    _one_of("source", source, [OWN, *(row["source"] for row in sources)])
    since = asked.values["since"].isoformat()
    found = _rows(door().instance_days(asked.hostname, source))
    return Told(
        data={
            "hostname": asked.hostname,
            "source": source,
            "sources": sources,
            "days": [row for row in found if row["day_on"] >= since],
        }
    )


def network(asked: Asked) -> Told:
    """Totals by day, growth of the same servers, and concentration."""
    source, since = asked.values["source"], asked.values["since"]
    sources = _rows(door().sources())
    _one_of("source", source, [OWN, *(row["source"] for row in sources)])
    growing = door().growth_measures()
    measures = [str(row["measure"]) for row in _rows(growing[growing["source"] == source])]
    return Told(
        data={
            "source": source,
            "sources": sources,
            "totals": _rows(door().totals(source, since)),
            "growth": {
                measure: _rows(door().growth(cast(GrowthMeasure, measure), source, since))
                for measure in measures
            },
            "concentration": _concentration(source, since),
        }
    )


def _concentration(source: str, since: date) -> list[dict[str, Any]]:
    return [
        {"measure": measure, "holder": holder, **row}
        for measure in ("users_active_month", "users_total")
        for holder in get_args(Holder)
        for row in _rows(door().concentration(cast(Any, measure), holder, source, since))
    ]


def software(asked: Asked) -> Told:
    """What runs now, and how many servers and people are on current versions."""
    return Told(
        data={"software": _rows(door().software()), "versions": _rows(door().version_lag())}
    )


def rules(asked: Asked) -> Told:
    """The rules by which numbers are judged."""
    return Told(data={"rules": _rows(door().rules())})


def events(asked: Asked) -> Told:
    """What happened to servers, the newest first."""
    values = asked.values
    question = (values["d"], values["event"], values["since"])
    place = None
    if values["cursor"]:
        on, hostname, event = _place(values["cursor"], asked.stamp, question, 3)
        place = EventPlace(happened_on=date.fromisoformat(on), hostname=hostname, event=event)
    found = door().events_after(
        hostnames=values["d"],
        kinds=values["event"],
        since=values["since"],
        rows=values["limit"] + 1,
        place=place,
    )
    kept, last = _stretch(found, values["limit"])
    goes_on = last and (last["happened_on"].isoformat(), last["hostname"], last["event"])
    return Told(
        data={"events": _records(kept)},
        next_cursor=cursors.written(asked.stamp, question, goes_on) if goes_on else None,
    )


def _stretch(found: pa.Table, limit: int) -> tuple[pa.Table, dict[str, Any] | None]:
    """What is shown of a stretch read one row too far, and its last row where there is more to come."""
    kept = found.slice(0, limit)
    has_more = found.num_rows > limit
    return kept, kept.slice(limit - 1).to_pylist()[0] if has_more else None


def _place(cursor: str, stamp: str, question: object, length: int) -> list[Any]:
    place = cursors.read(cursor, stamp, question)
    if len(place) != length:
        raise bad_parameter("cursor", cursor, "`links.next`", "This is no cursor of this list.")
    return place


def _records(table: pa.Table) -> list[dict[str, Any]]:
    """Rows as JSON has them, whole numbers whole."""
    return [{name: plain(name, value) for name, value in row.items()} for row in table.to_pylist()]


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows whose days are days: pandas has made midnights of them."""
    return [
        {
            name: value[:10] if name.endswith("_on") and isinstance(value, str) else value
            for name, value in row.items()
        }
        for row in rows(frame)
    ]


def _known(hostname: str) -> dict[str, Any]:
    told = door().instance(hostname)
    if told is None:
        raise Problem(
            404,
            "unknown-server",
            "This server is not known",
            "No server of this name was ever seen to answer, or it asked to be left out.",
            alike=door().alike(hostname),
        )
    return told


def _one_of(name: str, value: str, allowed: list[str]) -> None:
    if value not in allowed:
        raise bad_parameter(
            name, value, list(dict.fromkeys(allowed)), f"There are no days of this `{name}`."
        )


_COUNT = {"type": ["integer", "null"]}

ENDPOINTS = (
    Endpoint(
        path="/servers",
        name="servers",
        meaning="Servers that fit, in an order. The list goes on at its next link until there are no more.",
        read=servers,
        parameters=(
            *PARAMETERS,
            _LIMIT,
            _CURSOR,
        ),
        schema={
            "instances_known": {**_COUNT, "description": "servers that fit"},
            "instances_reporting": {**_COUNT, "description": "of these, with a number of active people"},
            "users_active_month": {**_COUNT, "description": "these numbers together, as said"},
            "servers": shapes.SERVERS.schema(),
        },
        is_paged=True,
        example="?lang=de&reg=open&limit=10",
    ),
    Endpoint(
        path="/servers/{hostname}",
        name="server",
        meaning="Everything that is published about one server, how its numbers are judged, and its sign-up over time.",
        read=server,
        schema={
            "server": shapes.SERVER.row(),
            "standings": shapes.STANDINGS.schema(),
            "registration_spans": shapes.SPANS.schema(),
            "sources": shapes.SOURCES.schema(),
        },
    ),
    Endpoint(
        path="/servers/{hostname}/days",
        name="server_days",
        meaning="Days of one server as one source saw them, the oldest first.",
        read=days,
        parameters=(_SOURCE, _SINCE),
        schema={
            "hostname": {"type": "string"},
            "source": {"type": "string"},
            "sources": shapes.SOURCES.schema(),
            "days": shapes.DAYS.schema(),
        },
    ),
    Endpoint(
        path="/network",
        name="network",
        meaning="The whole network by day, as said and audited; growth of the same servers; concentration by week.",
        read=network,
        parameters=(_SOURCE, _SINCE),
        schema={
            "source": {"type": "string"},
            "sources": shapes.SOURCES.schema(),
            "totals": shapes.TOTALS.schema(),
            "growth": {"type": "object", "description": "measure → days", "additionalProperties": shapes.GROWTH.schema()},
            "concentration": shapes.CONCENTRATION.schema(),
        },
    ),
    Endpoint(
        path="/software",
        name="software",
        meaning="What runs now, the most servers first, and how many are on the current version.",
        read=software,
        schema={"software": shapes.SOFTWARE.schema(), "versions": shapes.VERSIONS.schema()},
    ),
    Endpoint(
        path="/rules",
        name="rules",
        meaning="The rules by which numbers are judged, those that decide about most servers first.",
        read=rules,
        schema={"rules": shapes.RULES.schema()},
    ),
    Endpoint(
        path="/events",
        name="events",
        meaning="What happened to servers, the newest first: silence, sign-ups, moves, other software.",
        read=events,
        parameters=(
            Names("d", "only of these servers", MOST),
            Codes("event", "only of these kinds", PUBLISHED),
            _SINCE,
            _LIMIT,
            _CURSOR,
        ),
        schema={"events": shapes.EVENT.schema()},
        is_paged=True,
        example="?event=registration_opened&limit=10",
    ),
)  # fmt: skip
"""All of them."""
