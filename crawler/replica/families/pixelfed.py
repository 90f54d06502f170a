"""Pixelfed: an empty list stands for a hidden one; older ones count in strings."""

from crawler.replica.client_api import PEERS, V1, V2, instance_v1, instance_v2, missing
from crawler.replica.document import WELL_KNOWN, nodeinfo, pointer
from crawler.replica.message import Request, Response, json_response
from crawler.replica.site import OPENS, Site

NAMES = ("pixelfed",)


def _is_old(site: Site) -> bool:
    return site.server.is_older_than(0, 12)


def _nodeinfo(site: Site, request: Request) -> Response:
    numbers = site.server.numbers
    users: dict[str, object] = {
        "total": numbers["users_total"],
        "activeHalfyear": numbers["users_active_halfyear"],
        "activeMonth": numbers["users_active_month"],
    }
    usage = {
        "localPosts": numbers["local_posts"],
        "localComments": numbers["local_comments"],
        "users": {key: str(number) for key, number in users.items()} if _is_old(site) else users,
    }
    metadata = {"nodeName": site.words.title, "software": {"homepage": "https://pixelfed.example"}}
    is_open = site.server.registration in OPENS and not site.is_approving
    return json_response(nodeinfo(site, is_open=is_open, metadata=metadata, usage=usage))


def _compatible(site: Site) -> str:
    return f"3.5.3 (compatible; Pixelfed {site.version})"


def _v1(site: Site, request: Request) -> Response:
    document = instance_v1(site, version=_compatible(site))
    # who curates its newcomers is closed, and takes applications
    document["registrations"] = site.is_open and not site.is_approving
    return json_response(document)


def _v2(site: Site, request: Request) -> Response:
    return json_response(instance_v2(site, version=_compatible(site)))


def _peers(site: Site, request: Request) -> Response:
    if not site.server.has_list:
        return missing(site, request)
    return json_response([] if site.server.is_list_hidden else site.peers())


ROUTES = {
    WELL_KNOWN: pointer(("2.0", "/api/nodeinfo/2.0.json")),
    "GET /api/nodeinfo/2.0.json": _nodeinfo,
    V1: _v1,
    V2: _v2,
    PEERS: _peers,
}
