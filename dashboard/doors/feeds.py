"""What happened to servers, as Atom feeds (RFC 4287): of all of them, and of a list somebody watches."""

import xml.etree.ElementTree as ET
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from dashboard import events as words
from dashboard.door import door
from dashboard.doors import addresses, answers, parameters
from dashboard.doors.answers import Problem
from dashboard.doors.parameters import Names
from dashboard.text import plain
from pipeline.exceptions import PipelineError

MOST_WATCHED = 50
"""Servers of one watch list."""

_ENTRIES = 200
"""Entries of a feed: more than a reader keeps."""

_ATOM = "http://www.w3.org/2005/Atom"

_QUARTER = "public, max-age=900"
"""Feed readers come every few minutes; days change once."""

_WATCH = (Names("d", "servers to watch", MOST_WATCHED),)


def events(request: Request) -> Response:
    """What happened last, to all servers."""
    return _feed(request, "What happened to servers · Herdbook", ())


def watch(request: Request) -> Response:
    """What happened last to the servers of a watch list."""
    try:
        hostnames = parameters.read(_WATCH, request.query_params)["d"]
        if not hostnames:
            raise answers.bad_parameter(
                "d",
                "",
                f"1 to {MOST_WATCHED} hostnames",
                "A watch list names servers: ?d=a.example.",
            )
    except Problem as error:
        return answers.problem(error)
    return _feed(request, f"{_named(hostnames)} · Herdbook", hostnames)


def _named(hostnames: tuple[str, ...]) -> str:
    more = f" and {len(hostnames) - 3} more" if len(hostnames) > 3 else ""
    return ", ".join(plain(name, 80) for name in hostnames[:3]) + more


def _feed(request: Request, title: str, hostnames: tuple[str, ...]) -> Response:
    site = addresses.site(request)
    query = f"?{urlencode([('d', name) for name in hostnames])}" if hostnames else ""
    address = f"{site}{request.url.path}{query}"
    try:
        stamp = door().stamp()
        name: str | None = answers.tag(stamp, address)
        headers = {**answers.OPEN, "Cache-Control": _QUARTER}
        if same := answers.unchanged(request, answers.tag(stamp, address), headers):
            return same
        found = (
            door().watched(hostnames, _ENTRIES) if hostnames else door().events_after(rows=_ENTRIES)
        )
        about = door().about()
        if door().stamp() != stamp:
            # newer data came meanwhile: what was read is shown, under no name that stands for either file
            name = None
    except PipelineError as error:
        return answers.problem(answers.unreadable(error))
    entries = found.to_pylist()
    updated = _midnight(entries[0]["happened_on"]) if entries else about.published_at.isoformat()
    root = ET.Element("feed", xmlns=_ATOM)
    _add(root, "id", _id(request, "feed", *(hostnames or ("events",))))
    _add(root, "title", title)
    _add(root, "updated", updated)
    ET.SubElement(root, "link", rel="self", type="application/atom+xml", href=address)
    ET.SubElement(root, "link", rel="alternate", type="text/html", href=f"{site}/")
    _add(ET.SubElement(root, "author"), "name", "Herdbook")
    if about.is_replica:
        _add(
            root, "subtitle", "Replica data, not the live fediverse. Every server here is invented."
        )
    for entry in entries:
        _entry(root, request, site, entry)
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return answers.answer(request, body, "application/atom+xml", name=name, cache=_QUARTER)


def _entry(root: ET.Element, request: Request, site: str, told: dict[str, Any]) -> None:
    entry = ET.SubElement(root, "entry")
    hostname, event, on = told["hostname"], told["event"], told["happened_on"]
    sentence = words.sentence(told)
    _add(entry, "id", _id(request, "event", on.isoformat(), hostname, event))
    _add(entry, "title", sentence.split(". ")[0].rstrip("."))
    _add(entry, "updated", _midnight(on))
    href = f"{site}{addresses.server(hostname)}"
    ET.SubElement(entry, "link", rel="alternate", type="text/html", href=href)
    ET.SubElement(entry, "category", term=event)
    content = ET.SubElement(entry, "content", type="text")
    content.text = f"{sentence} Seen on {on:%-d %b %Y} (UTC) by Herdbook's own checks."


def _id(request: Request, *parts: str) -> str:
    """A name that stays the same however the site is reached and whatever else changes (RFC 4151)."""
    return f"tag:{addresses.authority(request)},2026:{answers.tag(*parts)}"


def _midnight(on: date) -> str:
    return f"{on.isoformat()}T00:00:00Z"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text
