"""An endpoint of the API: declared once, for the route that answers, the description, and the page for people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.door import door
from dashboard.doors import answers, parameters
from dashboard.doors.answers import Problem
from dashboard.doors.parameters import Parameter
from pipeline.exceptions import PipelineError

ROOT = "/api/v1"

_TRIES = 5
"""How often an answer is begun again because the published file was replaced meanwhile; once is rare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question."""

    values: Mapping[str, Any]
    """What each parameter says."""
    stamp: str
    """The published file that is read."""
    hostname: str = ""
    """The server in the path, in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One answer, without what stands around each."""

    data: dict[str, Any]
    """Its own part."""
    next_cursor: str | None = None
    """Where the list goes on; `None` = here it ends, or it is no list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A path of the API."""

    path: str
    """Below `ROOT`, with `{hostname}` where a server is named."""
    name: str
    """One word for programs that make functions of endpoints."""
    meaning: str
    """What it gives, in a sentence."""
    read: Callable[[Asked], Told]
    """Reads the published file. Raises `Problem`."""
    parameters: tuple[Parameter, ...] = ()
    """What it can be asked for."""
    schema: dict[str, Any] = field(default_factory=dict)
    """Properties of its answer's own part, as JSON Schema."""
    is_paged: bool = False
    """Whether it goes on at `links.next`."""
    example: str = ""
    """A query worth trying."""

    def route(self) -> Route:
        """As the site serves it."""
        return Route(ROOT + self.path, self.respond, methods=["GET", "OPTIONS"], name=self.name)

    def respond(self, request: Request) -> Response:
        """Answer one request."""
        if request.method == "OPTIONS":
            return answers.preflight(request)
        try:
            return self._answer(request)
        except Problem as error:
            return answers.problem(error)
        except PipelineError as error:
            return answers.problem(answers.unreadable(error))

    def _answer(self, request: Request) -> Response:
        values = parameters.read(self.parameters, request.query_params)
        hostname = request.path_params.get("hostname", "").strip().lower()
        for _ in range(_TRIES):
            stamp = door().stamp()
            name = answers.tag(stamp, request.url.path, sorted(request.query_params.multi_items()))
            if same := answers.unchanged(
                request, name, {**answers.OPEN, "Cache-Control": answers.ASK_EACH_TIME}
            ):
                return same
            told = self.read(Asked(values=values, stamp=stamp, hostname=hostname))
            body = _around(request, told)
            if door().stamp() == stamp:
                following = body["links"].get("next")
                more = {"Link": f'<{following}>; rel="next"'} if following else {}
                return answers.json(request, body, name=name, headers={**answers.OPEN, **more})
        raise Problem(503, "unreadable", "The data change too quickly", "Come again in a moment.")


def _around(request: Request, told: Told) -> dict[str, Any]:
    about = door().about()
    # the path as it was decoded: foreign bytes must not reach a header as they are
    path = quote(request.url.path, safe="/%")
    query = request.query_params
    links = {
        "self": path + (f"?{request.url.query}" if request.url.query else ""),
        "units": "/api#units",
        "licence": "/api#licence",
    }
    if told.next_cursor:
        kept = "&".join(
            f"{quote(key)}={quote(value, safe=',')}"
            for key, value in query.multi_items()
            if key != "cursor"
        )
        links["next"] = f"{path}?{kept + '&' if kept else ''}cursor={told.next_cursor}"
    return {
        "published_at": about.published_at.isoformat(),
        "is_replica": about.is_replica,
        "coverage": {
            "instances_known": about.instances_known,
            "instances_alive": about.instances_alive,
            "coverage_ratio": about.coverage_ratio,
        },
        "links": links,
        **told.data,
    }
