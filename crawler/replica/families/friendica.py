"""Friendica: four NodeInfo documents, a description of its own, peers with paths."""

from crawler.records import Registration
from crawler.replica.client_api import ACTIVITY, PEERS, V1, V2, instance_v1, instance_v2
from crawler.replica.document import WELL_KNOWN, named, nodeinfo, nodeinfo2, pointer
from crawler.replica.message import Request, Response, json_response
from crawler.replica.site import Route, Site

NAMES = ("friendica",)

_POLICIES = {
    Registration.OPEN: "REGISTER_OPEN",
    Registration.APPROVAL: "REGISTER_APPROVE",
    Registration.INVITE: "REGISTER_INVITATION",
    Registration.CLOSED: "REGISTER_CLOSED",
}
_PROTOCOLS = ("dfrn", "activitypub", "diaspora")


def _nodeinfo(version: str) -> Route:
    def route(site: Site, request: Request) -> Response:
        metadata = named(site) | {"explicitContent": False}
        document = nodeinfo(site, version, protocols=_PROTOCOLS, metadata=metadata)
        document["services"] = {"inbound": ["bluesky", "atom1.0"], "outbound": ["bluesky"]}
        if version.startswith("1"):
            document["protocols"] = {"inbound": ["friendica"], "outbound": ["friendica"]}
        if version == "2.2":
            document["instance"] = {"name": site.words.title, "description": site.words.description}
        return json_response(document)

    return route


def _nodeinfo2(site: Site, request: Request) -> Response:
    return json_response(nodeinfo2(site, base_url=False))


def _own(site: Site, request: Request) -> Response:
    return json_response(
        {
            "version": site.version.partition("-")[0],
            "url": site.url(""),
            "addons": [],
            "locked_features": {},
            "explicit_content": 0,
            "language": site.server.language,
            "register_policy": _POLICIES[site.server.registration],
            "admin": {"name": "The keeper", "profile": site.url("/profile/keeper")},
            "site_name": site.words.title,
            "platform": "friendica",
            "info": site.words.description,
        }
    )


def _v1(site: Site, request: Request) -> Response:
    document = instance_v1(site) | {"contact_account": []}
    if site.server.is_withheld:
        document["stats"] = {"user_count": 0, "status_count": 0, "domain_count": 0}
    return json_response(document)


def _v2(site: Site, request: Request) -> Response:
    return json_response(instance_v2(site))


def _peers(site: Site, request: Request) -> Response:
    # some live in a folder of their host
    names = site.peers()
    return json_response(
        [f"{name}/friendica" if place % 25 == 7 else name for place, name in enumerate(names)]
    )


def _activity(site: Site, request: Request) -> Response:
    return json_response({"error": "Endpoint not implemented"}, 501)


_VERSIONS = ("1.0", "2.0", "2.1", "2.2")

ROUTES = {
    WELL_KNOWN: pointer(*((version, f"/nodeinfo/{version}") for version in _VERSIONS)),
    **{f"GET /nodeinfo/{version}": _nodeinfo(version) for version in _VERSIONS},
    "GET /.well-known/x-nodeinfo2": _nodeinfo2,
    "GET /friendica/json": _own,
    V1: _v1,
    V2: _v2,
    PEERS: _peers,
    ACTIVITY: _activity,
}
