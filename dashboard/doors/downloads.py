"""The data as files, and the addresses of the JSON that were there before the API had a version."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from dashboard import directory, urlstate
from dashboard.door import door
from dashboard.doors import answers
from dashboard.tables import as_csv, plain, rows
from pipeline.exceptions import PipelineError, PublishedMissing

_CSV_ROWS = 200_000
"""All servers of a download: several times what exists."""


def published(request: Request) -> Response:
    """The published file itself, as everybody reads it."""
    path = door().path
    if not path.exists():
        return _nothing()
    return FileResponse(
        path, filename="herdbook.duckdb", media_type="application/vnd.duckdb", headers=answers.OPEN
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
        headers={**answers.OPEN, "Content-Disposition": f'attachment; filename="{name}"'},
    )


def servers_json(request: Request) -> Response:
    """One page of the directory, as its page numbers it; `/api/v1/servers` is the better one."""
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
    told = {
        "published_at": about.published_at.isoformat(),
        "is_replica": about.is_replica,
        "coverage_ratio": about.coverage_ratio,
        **totals,
        "page": values["page"],
        "page_size": directory.PAGE_SIZE,
        "servers": rows(frame),
    }
    return answers.json(request, told)


def server_json(request: Request) -> Response:
    """One server; `/api/v1/servers/{hostname}` says more."""
    hostname = request.query_params.get("d", "").strip().lower()
    try:
        told = door().instance(hostname)
        about = door().about()
        standings = door().standings(hostname)
    except PublishedMissing:
        return _nothing()
    if told is None:
        missing = {"error": "not known", "alike": door().alike(hostname)}
        return answers.json(request, missing, status=404)
    return answers.json(
        request,
        {
            "published_at": about.published_at.isoformat(),
            "is_replica": about.is_replica,
            "server": {name: plain(name, value) for name, value in told.items()},
            "standings": rows(standings),
        },
    )


def health(request: Request) -> Response:
    """Whether this process answers, and what it has to show."""
    try:
        about = door().about()
    except PublishedMissing:
        return answers.json(request, {"status": "ok", "published_at": None})
    except PipelineError as error:
        return answers.json(request, {"status": "broken", "reason": str(error)}, status=503)
    return answers.json(request, {"status": "ok", "published_at": about.published_at.isoformat()})


def _nothing() -> Response:
    return answers.problem(answers.unreadable(PublishedMissing(door().path)))
