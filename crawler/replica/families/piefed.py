"""PieFed: an API of its own, Lemmy's list of peers, NodeInfo 2.0 without two required parts."""

from crawler.records import Registration
from crawler.replica.client_api import V1
from crawler.replica.document import WELL_KNOWN, nodeinfo, pointer
from crawler.replica.families.lemmy import federated_object
from crawler.replica.message import Request, Response, json_response
from crawler.replica.site import Site

NAMES = ("piefed",)

_MODES = {
    Registration.OPEN: "Open",
    Registration.APPROVAL: "RequireApplication",
    Registration.CLOSED: "Closed",
}


def _nodeinfo_20(site: Site, request: Request) -> Response:
    document = nodeinfo(site)
    del document["services"], document["metadata"]
    return json_response(document)


def _nodeinfo_21(site: Site, request: Request) -> Response:
    metadata = {"capabilities": ["fep-1b12", "fep-7888"]}
    return json_response(nodeinfo(site, "2.1", metadata=metadata))


def _v1(site: Site, request: Request) -> Response:
    server = site.server
    stats = {
        "user_count": server.users_total,
        "status_count": server.local_posts + server.local_comments,
        "domain_count": 1,
    }
    return json_response(
        {
            "title": site.words.title,
            "uri": site.hostname,
            "stats": stats,
            "registrations": site.is_open,
            "approval_required": site.is_approving,
        }
    )


def _site(site: Site, request: Request) -> Response:
    described = {
        "name": site.words.title,
        "description": site.words.description,
        "sidebar": site.words.description,
        "actor_id": site.url("/"),
        "registration_mode": _MODES[site.server.registration],
        "user_count": site.server.users_total,
    }
    return json_response({"site": described, "version": site.version, "admins": []})


def _chooser(site: Site, request: Request) -> Response:
    return json_response(
        {
            "elevator_pitch": site.words.description,
            "language": {"id": 2, "code": site.server.language, "name": "Its own"},
            "nsfw": False,
            "mau": site.server.users_active_month,
            "registration_mode": _MODES[site.server.registration],
        }
    )


def _federated(site: Site, request: Request) -> Response:
    return json_response(federated_object(site))


ROUTES = {
    WELL_KNOWN: pointer(("2.0", "/nodeinfo/2.0"), ("2.1", "/nodeinfo/2.1"), application="/actor"),
    "GET /nodeinfo/2.0": _nodeinfo_20,
    "GET /nodeinfo/2.1": _nodeinfo_21,
    V1: _v1,
    "GET /api/alpha/site": _site,
    "GET /api/alpha/site/instance_chooser": _chooser,
    "GET /api/v3/federated_instances": _federated,
    "GET /api/alpha/federated_instances": _federated,
}
