"""Funkwhale: NodeInfo below its API, domains in pages, a flag that asks not to be tracked."""

from crawler.records import Registration
from crawler.replica.document import WELL_KNOWN, nodeinfo, pointer, whole
from crawler.replica.message import Request, Response, json_response
from crawler.replica.site import Site

NAMES = ("funkwhale",)

_NODEINFO = "/api/v1/instance/nodeinfo/2.0"
_DOMAINS = "/api/v1/federation/domains"
_MOST_ROWS = 100


def _nodeinfo(site: Site, request: Request) -> Response:
    known = None if site.server.is_list_hidden else site.url(_DOMAINS)
    metadata = {
        "actorId": site.url("/federation/actors/service"),
        "private": site.server.is_opted_out,
        "shortDescription": site.words.description,
        "rules": "\n".join(site.words.rules),
        "contactEmail": f"keeper@{site.hostname}",
        "nodeName": site.words.title,
        "library": {"federationEnabled": True, "tracks": {"total": 10 * site.server.local_posts}},
        "endpoints": {"knownNodes": known, "channels": None, "libraries": None},
    }
    return json_response(nodeinfo(site, metadata=metadata))


def _settings(site: Site, request: Request) -> Response:
    said = {
        "users__registration_enabled": site.server.registration is Registration.OPEN,
        "instance__name": site.words.title,
        "instance__short_description": site.words.description,
        "federation__enabled": True,
        "moderation__signup_approval_enabled": False,
    }
    return json_response(
        [{"identifier": identifier, "value": value} for identifier, value in said.items()]
    )


def _domains(site: Site, request: Request) -> Response:
    if site.server.is_list_hidden:
        return json_response({"detail": "Authentication credentials were not provided."}, 401)
    asked = request.parameters
    size = min(_MOST_ROWS, whole(asked.get("page_size"), 25))
    number = whole(asked.get("page"), 1)
    names = site.peers()
    start = (number - 1) * size
    if number < 1 or start >= max(1, len(names)):
        return json_response({"detail": "Invalid page."}, 404)
    is_last = start + size >= len(names)
    following = None if is_last else site.url(f"{_DOMAINS}?page={number + 1}&page_size={size}")
    rows = [{"name": name} for name in names[start : start + size]]
    return json_response(
        {"count": len(names), "next": following, "previous": None, "results": rows}
    )


ROUTES = {
    WELL_KNOWN: pointer(("2.0", _NODEINFO)),
    f"GET {_NODEINFO}": _nodeinfo,
    "GET /api/v1/instance/settings": _settings,
    f"GET {_DOMAINS}": _domains,
}
