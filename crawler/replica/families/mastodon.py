"""Mastodon and its forks."""

from crawler.replica.client_api import (
    ACTIVITY,
    PEERS,
    V1,
    V2,
    empty_404,
    instance_v1,
    instance_v2,
    missing,
    weeks,
)
from crawler.replica.document import WELL_KNOWN, named, nodeinfo, pointer
from crawler.replica.message import Request, Response, json_response
from crawler.replica.site import Site

NAMES = ("mastodon", "hometown", "kmyblue", "fedibird")

_ROBOTS = (
    "User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /media_proxy/\nDisallow: /interact/\n"
    "Disallow: /api/v1/instance/domain_blocks\n"
)


def _robots(site: Site, request: Request) -> Response:
    return Response(body=_ROBOTS.encode(), content_type="text/plain")


def _nodeinfo(site: Site, request: Request) -> Response:
    metadata: object = named(site)
    if site.name in ("mastodon", "hometown") and site.server.is_older_than(4, 3):
        # a list by mistake in 4.0.0, empty until 4.3 (SURVEY §3)
        metadata = [] if site.version.startswith("4.0") else {}
    document = nodeinfo(site, metadata=metadata)
    if site.name == "kmyblue":
        upstream = {"name": "Mastodon", "version": "4.4.9"}
        document["metadata"] = named(site) | {"features": ["quote"], "upstream": upstream}
    if site.name == "mastodon" and site.server.is_older_than(3, 5):
        del document["services"], document["metadata"]
    return json_response(document)


def _v2(site: Site, request: Request) -> Response:
    if site.name == "mastodon" and site.server.is_older_than(4, 0):
        return missing(site, request)
    return json_response(instance_v2(site))


def _v1(site: Site, request: Request) -> Response:
    return json_response(instance_v1(site), deprecation="@1666656000")


def _peers(site: Site, request: Request) -> Response:
    if not site.server.is_list_hidden:
        return json_response(site.peers())
    if site.server.salt % 4 == 0:
        # limited federation
        return json_response({"error": "This API requires an authenticated user"}, 401)
    return empty_404(site, request)


def _activity(site: Site, request: Request) -> Response:
    if site.server.is_list_hidden:
        return empty_404(site, request)
    return json_response(weeks(site))


ROUTES = {
    "GET /robots.txt": _robots,
    WELL_KNOWN: pointer(("2.0", "/nodeinfo/2.0")),
    "GET /nodeinfo/2.0": _nodeinfo,
    V2: _v2,
    V1: _v1,
    PEERS: _peers,
    ACTIVITY: _activity,
}
