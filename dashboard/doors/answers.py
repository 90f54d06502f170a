"""How every door answers: JSON, problems, tags that say whether something changed, and who may read it.

A tag is strong: one for each encoding, and the same bytes behind the same tag. Problems are RFC 9457.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from dashboard.doors import encoding
from dashboard.text import plain
from pipeline.exceptions import PipelineError, PublishedMissing

OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Anybody's page may read it: it is public, and the same for everybody."""

ASK_EACH_TIME = "public, no-cache"
"""May be kept, must be asked for again; the answer is mostly that nothing changed, and costs no query."""

_WAIT_SECONDS = 30
"""When to come again for first results."""


class Problem(Exception):
    """Raised when a door cannot give what was asked of it; becomes an answer of its own."""

    def __init__(self, status: int, kind: str, title: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.told = {
            "type": f"/api#{kind}",
            "title": title,
            "status": status,
            "detail": detail,
            **more,
        }


def tag(*parts: object) -> str:
    """Name what an answer rests on; another name means another answer."""
    return hashlib.blake2b("\n".join(map(str, parts)).encode(), digest_size=15).hexdigest()


def unchanged(request: Request, name: str, headers: Mapping[str, str]) -> Response | None:
    """Answer 304 to somebody who has what `name` stands for; `None` = they do not."""
    current = _etag(request, name)
    known = (part.strip().removeprefix("W/") for part in _if_none_match(request).split(","))
    if current not in known:
        return None
    told = {**headers, "ETag": current, "Vary": _varies(headers)}
    return Response(status_code=304, headers=told)


def answer(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    name: str | None = None,
    headers: Mapping[str, str] = OPEN,
    cache: str = ASK_EACH_TIME,
    status: int = 200,
) -> Response:
    """Send bytes, compressed where that is taken. `name` is their tag; without one their own digest is."""
    told = {**headers, "Cache-Control": cache}
    name = name or hashlib.blake2b(body, digest_size=15).hexdigest()
    if status == 200:
        if same := unchanged(request, name, told):
            return same
        told["ETag"] = _etag(request, name)
    told["Vary"] = _varies(headers)
    chosen = encoding.chosen(request.headers.get("accept-encoding", ""))
    if chosen and len(body) >= encoding.SMALLEST:
        told["Content-Encoding"] = chosen
        body = encoding.compressed(body, chosen)
    return Response(body, status_code=status, headers=told, media_type=media_type)


def json(
    request: Request,
    value: object,
    *,
    name: str | None = None,
    status: int = 200,
    headers: Mapping[str, str] = OPEN,
) -> Response:
    """Send a value as JSON that any page may read."""
    body = orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
    return answer(request, body, "application/json", name=name, headers=headers, status=status)


def problem(error: Problem) -> Response:
    """Send what is wrong, for people and programs."""
    return Response(
        orjson.dumps(error.told, option=orjson.OPT_APPEND_NEWLINE),
        status_code=error.status,
        headers={**OPEN, "Cache-Control": "no-store"}
        | ({"Retry-After": str(_WAIT_SECONDS)} if error.status == 503 else {}),
        media_type="application/problem+json",
    )


def unreadable(error: PipelineError) -> Problem:
    """What a reader is told when there is nothing to read."""
    if isinstance(error, PublishedMissing):
        return Problem(503, "nothing-published", "Nothing is published yet", "Come again soon.")
    # the operator's log has the rest: paths are nobody else's business
    return Problem(503, "unreadable", "The data cannot be read", "The operator has to look.")


def bad_parameter(name: str, value: object, allowed: object, detail: str) -> Problem:
    """What a reader is told of a parameter that means nothing here."""
    return Problem(
        400,
        "bad-parameter",
        "A parameter is not understood",
        detail,
        parameter=plain(name, 60),
        value=plain(value, 100),
        allowed=allowed,
    )


def preflight(request: Request) -> Response:
    """What a browser asks before it lets another site's page ask us."""
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
            "Access-Control-Allow-Headers": "Accept, If-None-Match",
            "Access-Control-Max-Age": "86400",
            "Allow": "GET, HEAD, OPTIONS",
        },
    )


def _varies(headers: Mapping[str, str]) -> str:
    """What else an answer depends on: its encoding, and what a door names of itself."""
    return ", ".join(filter(None, ["Accept-Encoding", headers.get("Vary")]))


def _if_none_match(request: Request) -> str:
    return request.headers.get("if-none-match", "")


def _etag(request: Request, name: str) -> str:
    chosen = encoding.chosen(request.headers.get("accept-encoding", ""))
    return f'"{name}-{chosen}"' if chosen else f'"{name}"'
