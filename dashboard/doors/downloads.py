"""The data as files, and the addresses of the JSON that were there before the API had a version."""

from collections.abc import Sequence
from itertools import chain

import pyarrow as pa
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from dashboard import directory, urlstate
from dashboard.door import door
from dashboard.doors import answers, parameters, streams
from dashboard.doors.filtering import PARAMETERS, selected
from dashboard.doors.shapes import SERVERS
from dashboard.tables import plain, rows
from pipeline.exceptions import PipelineError, PublishedMissing

_MEDIA = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


def published(request: Request) -> Response:
    """The published file itself, as everybody reads it."""
    path = door().path
    if not path.exists():
        return _nothing()
    return FileResponse(
        path, filename="herdbook.duckdb", media_type="application/vnd.duckdb", headers=answers.OPEN
    )


def servers_csv(request: Request) -> Response:
    """All servers that fit, not only one page of them, as CSV."""
    return _file(request, "csv")


def servers_parquet(request: Request) -> Response:
    """The same as Parquet, with types and the meaning of each column inside."""
    return _file(request, "parquet")


def _file(request: Request, form: str) -> Response:
    """One file of servers, sent while it is read. Whatever is wrong is said before it begins."""
    try:
        chosen = selected(parameters.read(PARAMETERS, request.query_params))
        published_at = door().about().published_at
        batches = door().servers_stream(
            chosen.wishes.parameters(),
            sort=chosen.sort,
            descending=chosen.is_descending,
            batch_rows=streams.BATCH_ROWS,
        )
        # begins the reading: what goes wrong from here on can only end the file
        first = next(batches)
    except answers.Problem as error:
        return answers.problem(error)
    except PipelineError as error:
        return answers.problem(answers.unreadable(error))
    fields = chosen.fields or SERVERS.names
    name = f"herdbook-servers-{published_at:%Y-%m-%d}.{form}"
    body = (
        streams.as_csv(chain([first], batches), fields)
        if form == "csv"
        else streams.as_parquet(chain([first], batches), _schema(first.schema, fields))
    )
    return StreamingResponse(
        body,
        media_type=_MEDIA[form],
        headers={**answers.OPEN, "Content-Disposition": f'attachment; filename="{name}"'},
    )


def _schema(schema: pa.Schema, fields: Sequence[str]) -> pa.Schema:
    told = SERVERS.columns()
    return pa.schema([schema.field(name).with_metadata({"meaning": told[name]}) for name in fields])


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
