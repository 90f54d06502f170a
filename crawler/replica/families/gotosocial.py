"""GoToSocial: robots.txt closes the API, peers are hidden, half a year has another letter case."""

from crawler.replica.client_api import PEERS, V1, V2, instance_v1, instance_v2
from crawler.replica.document import WELL_KNOWN, nodeinfo, pointer, usage_of
from crawler.replica.message import Request, Response, json_response
from crawler.replica.site import Route, Site

NAMES = ("gotosocial",)

_ROBOTS = (
    "User-agent: AI2Bot\nUser-agent: Scrapy\nDisallow: /\n\nUser-agent: *\nCrawl-delay: 500\n"
    "Disallow: /api/\nDisallow: /auth/\nDisallow: /users/\nDisallow: /.well-known/webfinger\n"
)
_UNLESS_SERVED = "Disallow: /.well-known/nodeinfo\nDisallow: /nodeinfo/\n"


def _robots(site: Site, request: Request) -> Response:
    rules = _ROBOTS + (_UNLESS_SERVED if site.server.is_withheld else "")
    return Response(body=rules.encode(), content_type="text/plain; charset=utf-8")


def _nodeinfo(version: str) -> Route:
    def route(site: Site, request: Request) -> Response:
        if "json" not in request.headers.get("accept", "*/*"):
            return json_response({"error": "Not Acceptable"}, 406)
        usage = usage_of(site, halfyear="activeHalfYear")
        return json_response(nodeinfo(site, version, metadata={}, usage=usage))

    return route


def _v2(site: Site, request: Request) -> Response:
    document = instance_v2(site, month=0)
    document |= {
        "account_domain": site.hostname,
        "registrations": {
            "enabled": site.is_open,
            "approval_required": True,
            "message": None,
        },
    }
    return json_response(document)


def _v1(site: Site, request: Request) -> Response:
    return json_response(instance_v1(site) | {"approval_required": True})


def _peers(site: Site, request: Request) -> Response:
    if site.server.is_list_hidden:
        reason = "Unauthorized: peers open query requires an authenticated account/user"
        return json_response({"error": reason}, 401)
    return json_response(sorted(site.peers()))


ROUTES = {
    "GET /robots.txt": _robots,
    WELL_KNOWN: pointer(("2.0", "/nodeinfo/2.0"), ("2.1", "/nodeinfo/2.1")),
    "GET /nodeinfo/2.0": _nodeinfo("2.0"),
    "GET /nodeinfo/2.1": _nodeinfo("2.1"),
    V2: _v2,
    V1: _v1,
    PEERS: _peers,
}
