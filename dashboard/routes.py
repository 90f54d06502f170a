"""What is served beside the pages: their first bytes, downloads, JSON, and what machines look for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from dashboard import directory, head, labels, urlstate
from dashboard.door import door
from dashboard.tables import as_csv, plain, rows
from dashboard.text import html
from pipeline.exceptions import PipelineError, PublishedMissing

STYLE = Path(__file__).with_name("herdbook.css")

PAGES = {
    "/": (
        "Find your server in the fediverse · Herdbook",
        "Five servers of the fediverse that suit you, each with its reasons and a link to sign up.",
    ),
    "/servers": (
        "All servers of the fediverse · Herdbook",
        "Every known server of the fediverse: software, language, who may join, how many people are active.",
    ),
    "/growth": (
        "Growth of the fediverse · Herdbook",
        "Users, active users, servers and open registrations of the fediverse over time, with their coverage.",
    ),
    "/network": (
        "The network of the fediverse · Herdbook",
        "A map of the fediverse's servers by whom they talk with, its communities, and what an outage would take away.",
    ),
    "/method": (
        "How Herdbook counts · Herdbook",
        "What is counted, what servers are asked and how often, and how a server leaves.",
    ),
}

_CSV_ROWS = 200_000
"""All servers of a download: several times what exists."""


def routes() -> list[Route]:
    """All of them; they come before Streamlit's own."""
    return [
        *(Route(path, _page(*told)) for path, told in PAGES.items()),
        Route("/server", server),
        Route("/s/{hostname}", short),
        Route("/herdbook.css", style),
        Route("/healthz", health),
        Route("/robots.txt", robots),
        Route("/data/herdbook.duckdb", published),
        Route("/data/servers.csv", servers_csv),
        Route("/api/servers.json", servers_json),
        Route("/api/server.json", server_json),
    ]


# --- pages -----------------------------------------------------------------------------------------


def _page(title: str, description: str) -> Callable[[Request], Response]:
    def respond(request: Request) -> Response:
        return HTMLResponse(head.page(title, description), headers={"Cache-Control": "no-cache"})

    return respond


def server(request: Request) -> Response:
    """The first bytes of a server's page."""
    hostname = request.query_params.get("d", "").strip().lower()
    try:
        told = door().instance(hostname) if hostname else None
    except PipelineError:
        told = None
    if told is None:
        title, description, more = (
            "A server of the fediverse · Herdbook",
            "What is known of one server.",
            "",
        )
    else:
        title = f"{hostname} · Herdbook"
        description = told["description"] or f"What {hostname} says of itself, and who may join."
        more = f"<p>{html(_sentence(told))}</p>"
    return HTMLResponse(head.page(title, description, more), headers={"Cache-Control": "no-cache"})


def _sentence(told: dict[str, Any]) -> str:
    if told["is_counting_refused"]:
        return f"{told['hostname']} exists and asked not to be counted."
    return (
        f"{told['hostname']} runs {labels.software(told['software_name'])}. "
        f"{labels.REGISTRATION_SENTENCE.get(told['registration'], '')} "
        f"Active in a month: {labels.number(told['users_active_month'])}. "
        f"Registered users: {labels.number(told['users_total'])}. Both as the server says."
    )


def short(request: Request) -> Response:
    """`/s/HOSTNAME` is an address that people can say aloud."""
    query = urlencode({"d": request.path_params["hostname"].lower()})
    return RedirectResponse(f"../server?{query}", status_code=307)


def style(request: Request) -> Response:
    """Our few rules on top of Streamlit's."""
    return FileResponse(STYLE, media_type="text/css", headers={"Cache-Control": "no-cache"})


# --- for machines ----------------------------------------------------------------------------------


def health(request: Request) -> Response:
    """Whether this process answers, and what it has to show."""
    try:
        about = door().about()
    except PublishedMissing:
        return _json({"status": "ok", "published_at": None})
    except PipelineError as error:
        return _json({"status": "broken", "reason": str(error)}, status=503)
    return _json({"status": "ok", "published_at": about.published_at.isoformat()})


def robots(request: Request) -> Response:
    """Pages may be read; downloads and endless filters need not."""
    return PlainTextResponse(
        "User-agent: *\nDisallow: /data/\nDisallow: /api/\nDisallow: /servers?\nAllow: /\n"
    )


def published(request: Request) -> Response:
    """The published file itself, as everybody reads it."""
    path = door().path
    if not path.exists():
        return _nothing()
    return FileResponse(path, filename="herdbook.duckdb", media_type="application/vnd.duckdb")


def servers_json(request: Request) -> Response:
    """One page of the directory."""
    values = urlstate.parse(directory.FIELDS, request.query_params)
    sort, descending = directory.order(values)
    chosen = directory.wishes(values)
    try:
        about = door().about()
        totals = door().directory_totals(chosen)
        frame = door().directory(
            chosen,
            sort=sort,
            descending=descending,
            page=values["page"],
            page_size=directory.PAGE_SIZE,
        )
    except PublishedMissing:
        return _nothing()
    return _json(
        {
            "published_at": about.published_at.isoformat(),
            "is_replica": about.is_replica,
            "coverage_ratio": about.coverage_ratio,
            **totals,
            "page": values["page"],
            "page_size": directory.PAGE_SIZE,
            "servers": rows(frame),
        }
    )


def server_json(request: Request) -> Response:
    """Everything published about one server."""
    hostname = request.query_params.get("d", "").strip().lower()
    try:
        told = door().instance(hostname)
        about = door().about()
        standings = door().standings(hostname)
    except PublishedMissing:
        return _nothing()
    if told is None:
        return _json({"error": "not known", "alike": door().alike(hostname)}, status=404)
    return _json(
        {
            "published_at": about.published_at.isoformat(),
            "is_replica": about.is_replica,
            "server": {name: plain(name, value) for name, value in told.items()},
            "standings": rows(standings),
        }
    )


def servers_csv(request: Request) -> Response:
    """All servers that fit, not only one page of them."""
    values = urlstate.parse(directory.FIELDS, request.query_params)
    sort, descending = directory.order(values)
    try:
        frame = door().directory(
            directory.wishes(values), sort=sort, descending=descending, page_size=_CSV_ROWS
        )
        published_at = door().about().published_at
    except PublishedMissing:
        return _nothing()
    name = f"herdbook-servers-{published_at:%Y-%m-%d}.csv"
    return StreamingResponse(
        as_csv(frame),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _json(value: object, status: int = 200) -> Response:
    return Response(
        orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE),
        status_code=status,
        media_type="application/json",
        headers={"Access-Control-Allow-Origin": "*"},
    )


def _nothing() -> Response:
    return _json({"error": "nothing is published yet"}, status=503)
