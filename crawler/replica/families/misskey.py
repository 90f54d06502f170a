"""Misskey and its forks: POST, two lists of peers, daily charts."""

from crawler.records import PeerKind, Registration
from crawler.replica.client_api import PEERS
from crawler.replica.document import WELL_KNOWN, named, nodeinfo, pointer, usage_of
from crawler.replica.message import Request, Response, json_response
from crawler.replica.site import Route, Site

NAMES = ("misskey", "sharkey", "cherrypick", "firefish", "iceshrimp")

_MOST_ROWS = 100
_DAYS = 500


def is_twelve(site: Site) -> bool:
    """Whether it speaks as version 12 did: POST only, other names for an order."""
    if site.name in ("firefish", "iceshrimp"):
        return True
    return site.name == "misskey" and site.server.is_older_than(13)


def _is_closed(site: Site) -> bool:
    return site.server.registration is Registration.CLOSED


def _nodeinfo(version: str) -> Route:
    def route(site: Site, request: Request) -> Response:
        usage = usage_of(site)
        users = usage["users"]
        if site.name in ("misskey", "sharkey", "cherrypick") and isinstance(users, dict):
            users |= {"activeHalfyear": None, "activeMonth": None}
        metadata = named(site) | {
            "nodeAdmins": [{"name": "keeper", "email": f"keeper@{site.hostname}"}],
            "maintainer": {"name": "keeper", "email": f"keeper@{site.hostname}"},
            "langs": [site.server.language],
            "tosUrl": None,
            "disableRegistration": _is_closed(site),
            "emailRequiredForSignup": site.server.salt % 2 == 0,
            "maxNoteTextLength": 3000,
            "themeColor": "#86b300",
        }
        document = nodeinfo(
            site, version, is_open=not _is_closed(site), metadata=metadata, usage=usage
        )
        return json_response(document)

    return route


def _meta(site: Site, request: Request) -> Response:
    said: dict[str, object] = {
        "maintainerName": "keeper",
        "maintainerEmail": f"keeper@{site.hostname}",
        "version": site.version,
        "name": site.words.title,
        "uri": site.url(""),
        "description": site.words.description,
        "langs": [site.server.language],
        "serverRules": list(site.words.rules),
        "disableRegistration": _is_closed(site),
        "emailRequiredForSignup": site.server.salt % 2 == 0,
        "enableHcaptcha": site.server.salt % 3 == 0,
        "maxNoteTextLength": 3000,
    }
    if site.name == "sharkey":
        said["approvalRequiredForSignup"] = site.is_approving
    if site.name == "cherrypick":
        said["basedMisskeyVersion"] = "2025.4.1"
    return json_response(said)


def _stats(site: Site, request: Request) -> Response:
    server = site.server
    return json_response(
        {
            "notesCount": server.local_posts * 40,
            "originalNotesCount": server.local_posts,
            "usersCount": server.users_total + 20_000,
            "originalUsersCount": server.users_total,
            "instances": len(site.world.known(server)),
        }
    )


def _peers(site: Site, request: Request) -> Response:
    if is_twelve(site) and site.name == "misskey":
        return json_response({"error": "Not Found"}, 404)
    if site.server.is_list_hidden:
        return _credential_required()
    suspended = set(site.world.names_of(site.world.suspended(site.server)))
    known = [name for name in site.peers() if name not in suspended or site.name == "iceshrimp"]
    return json_response([*known, *site.peers(PeerKind.BLOCKS)])


def _instances(site: Site, request: Request) -> Response:
    if site.server.is_list_hidden:
        return _credential_required()
    asked = request.document
    limit, offset, order = asked.get("limit", 30), asked.get("offset", 0), asked.get("sort")
    if not isinstance(limit, int) or not 1 <= limit <= _MOST_ROWS:
        return _invalid("#/properties/limit/maximum", f"must be <= {_MOST_ROWS}")
    orders = ("caughtAt",) if is_twelve(site) else ("firstRetrievedAt",)
    if order is not None and str(order).lstrip("+-") not in orders:
        return _invalid("#/properties/sort/enum", "must be equal to one of the allowed values")
    rows = [(name, False) for name in site.peers()]
    rows += [(name, True) for name in site.peers(PeerKind.BLOCKS)]
    if asked.get("blocked") is True:
        rows = [row for row in rows if row[1]]
    suspended = set(site.world.names_of(site.world.suspended(site.server)))
    start = offset if isinstance(offset, int) else 0
    page = rows[start : start + limit]
    return json_response(
        [
            _row(site, start + place, name, is_blocked, name in suspended)
            for place, (name, is_blocked) in enumerate(page)
        ]
    )


def _row(
    site: Site, place: int, name: str, is_blocked: bool, is_suspended: bool
) -> dict[str, object]:
    is_guest_blind = site.name == "iceshrimp"
    return {
        "id": f"9{place:09x}",
        "firstRetrievedAt": "2023-02-01T10:00:00.000Z",
        "host": name,
        "usersCount": 3 + place % 400,
        "notesCount": 10 + place % 4000,
        "followingCount": place % 7,
        "followersCount": place % 11,
        "isNotResponding": place % 9 == 0,
        "isSuspended": is_suspended and not is_guest_blind,
        "suspensionState": "goneSuspended" if is_suspended and not is_guest_blind else "none",
        "isBlocked": is_blocked,
        "isSilenced": False,
        "softwareName": None,
        "softwareVersion": None,
        "openRegistrations": None,
        "name": None,
        "description": None,
        "iconUrl": None,
        "infoUpdatedAt": None,
    }


def _chart(site: Site, request: Request, *, series: str) -> Response:
    parameters = request.parameters if request.method == "GET" else request.document
    days = min(_DAYS, int(str(parameters.get("limit", 30))))
    found = []
    for ago in range(days):
        statuses, logins, registrations = site.week(ago // 7)
        found.append({"read": logins, "notes": statuses // 7, "users": registrations // 7}[series])
    if series == "read":
        return json_response({"read": found, "write": [number // 2 for number in found]})
    local = {"total": [0] * days, "inc": found, "dec": [0] * days}
    return json_response({"local": local, "remote": local})


def _active(site: Site, request: Request) -> Response:
    return _chart(site, request, series="read")


def _notes(site: Site, request: Request) -> Response:
    return _chart(site, request, series="notes")


def _users(site: Site, request: Request) -> Response:
    return _chart(site, request, series="users")


def _by_get(route: Route) -> Route:
    """The same by GET, which version 12 and its forks refuse."""

    def by_get(site: Site, request: Request) -> Response:
        return Response(status=405, content_type="") if is_twelve(site) else route(site, request)

    return by_get


def _credential_required() -> Response:
    error = {
        "message": "Credential required.",
        "code": "CREDENTIAL_REQUIRED",
        "id": "1384574d-a912-4b81-8601-c7b1c4085df1",
    }
    return json_response({"error": error}, 401)


def _invalid(param: str, reason: str) -> Response:
    error = {
        "message": "Invalid param.",
        "code": "INVALID_PARAM",
        "id": "3d81ceae-475f-4600-b2a8-2bc116157532",
        "info": {"param": param, "reason": reason},
    }
    return json_response({"error": error}, 400)


ROUTES: dict[str, Route] = {
    WELL_KNOWN: pointer(("2.1", "/nodeinfo/2.1"), ("2.0", "/nodeinfo/2.0")),
    "GET /nodeinfo/2.1": _nodeinfo("2.1"),
    "GET /nodeinfo/2.0": _nodeinfo("2.0"),
    "POST /api/meta": _meta,
    "GET /api/meta": _by_get(_meta),
    "POST /api/stats": _stats,
    "GET /api/stats": _by_get(_stats),
    PEERS: _peers,
    "POST /api/federation/instances": _instances,
    "POST /api/charts/active-users": _active,
    "GET /api/charts/active-users": _by_get(_active),
    "POST /api/charts/notes": _notes,
    "GET /api/charts/notes": _by_get(_notes),
    "POST /api/charts/users": _users,
    "GET /api/charts/users": _by_get(_users),
}
