"""Pleroma and Akkoma: what they block is in NodeInfo, and their peers hold junk."""

from crawler.records import PeerKind, Registration
from crawler.replica.client_api import PEERS, V1, V2, instance_v1, instance_v2, missing
from crawler.replica.document import WELL_KNOWN, named, nodeinfo, pointer
from crawler.replica.message import Request, Response, json_response
from crawler.replica.site import Route, Site

NAMES = ("pleroma", "akkoma")


def _nodeinfo(version: str) -> Route:
    def route(site: Site, request: Request) -> Response:
        document = nodeinfo(site, version, metadata=_metadata(site))
        profile = f"http://nodeinfo.diaspora.software/ns/schema/{version}#"
        whole = json_response(document)
        return Response(
            body=whole.body,
            content_type=f"application/json; profile={profile}; charset=utf-8",
        )

    return route


def _metadata(site: Site) -> dict[str, object]:
    blocked = site.peers(PeerKind.BLOCKS)
    return named(site) | {
        "private": site.server.salt % 5 == 0,
        "staffAccounts": [site.url("/users/keeper")],
        "federation": {
            "enabled": True,
            "mrf_policies": ["SimplePolicy"] if blocked else ["NoOpPolicy"],
            "mrf_simple": {"reject": blocked} if blocked else {},
            "quarantined_instances": [],
            "exclusions": False,
        },
        "postFormats": ["text/plain", "text/markdown"],
        "accountActivationRequired": site.server.salt % 3 == 0,
        "invitesEnabled": site.server.registration is Registration.INVITE,
        "features": ["pleroma_api", "mastodon_api", "polls"],
    }


def _version(site: Site) -> str:
    name = "Akkoma" if site.name == "akkoma" else "Pleroma"
    return f"2.7.2 (compatible; {name} {site.version})"


def _v1(site: Site, request: Request) -> Response:
    document = instance_v1(site, version=_version(site), uri=site.url(""))
    document |= {
        "max_toot_chars": 5000,
        "pleroma": {"stats": {"mau": site.server.users_active_month}},
    }
    return json_response(document)


def _v2(site: Site, request: Request) -> Response:
    if site.name == "akkoma":
        return missing(site, request)
    return json_response(instance_v2(site, version=_version(site)))


def _peers(site: Site, request: Request) -> Response:
    # the host part of every nickname it has seen: junk, blanks and itself among them
    return json_response([*site.peers(), "", "localhost", site.hostname, "10.0.0.7"])


ROUTES = {
    WELL_KNOWN: pointer(("2.0", "/nodeinfo/2.0.json"), ("2.1", "/nodeinfo/2.1.json")),
    "GET /nodeinfo/2.0.json": _nodeinfo("2.0"),
    "GET /nodeinfo/2.1.json": _nodeinfo("2.1"),
    V1: _v1,
    V2: _v2,
    PEERS: _peers,
}
