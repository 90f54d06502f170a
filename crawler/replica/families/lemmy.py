"""Lemmy, from strings inside the site (0.17) over one object (0.19) to pages with a cursor (1.0)."""

from crawler.records import PeerKind, Registration
from crawler.replica.document import WELL_KNOWN, nodeinfo, pointer, whole
from crawler.replica.message import Request, Response, json_response
from crawler.replica.site import Site

NAMES = ("lemmy",)

_KINDS = {
    "linked": PeerKind.KNOWS,
    "allowed": PeerKind.ALLOWS,
    "blocked": PeerKind.BLOCKS,
}
_MODES = {
    Registration.OPEN: "Open",
    Registration.APPROVAL: "RequireApplication",
    Registration.INVITE: "Closed",
    Registration.CLOSED: "Closed",
}
_MODES_V4 = {
    Registration.OPEN: "open",
    Registration.APPROVAL: "require_application",
    Registration.INVITE: "require_invitation",
    Registration.CLOSED: "closed",
}
_SINCE = "2023-06-10T00:00:00.123456Z"
_MOST_ITEMS = 50

Json = dict[str, object]


def _is_one(site: Site) -> bool:
    return not site.server.is_older_than(1, 0)


def _well_known(site: Site, request: Request) -> Response:
    if site.server.is_older_than(0, 19, 4):
        return pointer(("2.0", "/nodeinfo/2.0.json"))(site, request)
    return pointer(("2.1", "/nodeinfo/2.1"))(site, request)


def _nodeinfo_20(site: Site, request: Request) -> Response:
    return json_response(nodeinfo(site, "2.0", metadata={}))


def _nodeinfo_21(site: Site, request: Request) -> Response:
    return json_response(nodeinfo(site, "2.1", metadata={}))


def _counts(site: Site) -> Json:
    server = site.server
    return {
        "users": server.users_total,
        "posts": server.local_posts,
        "comments": server.local_comments,
        "communities": 1 + server.users_total // 20,
        "users_active_day": server.users_active_month // 5,
        "users_active_week": server.users_active_month // 2,
        "users_active_month": server.users_active_month,
        "users_active_half_year": server.users_active_halfyear,
    }


def _languages(site: Site) -> Json:
    return {
        "all_languages": [
            {"id": 0, "code": "und", "name": "Undetermined"},
            {"id": 37, "code": site.server.language, "name": "Its own"},
        ],
        "discussion_languages": [0, 37],
    }


def _site_v3(site: Site, request: Request) -> Response:
    is_old = site.server.is_older_than(0, 18)
    mode = _MODES[site.server.registration]
    view = {
        "site": {
            "id": 1,
            "name": site.words.title,
            "description": site.words.description[:150],
            "sidebar": site.words.description,
            "actor_id": site.url("/"),
            "published": _SINCE,
        },
        "local_site": {
            "registration_mode": mode.lower() if is_old else mode,
            "application_question": "Why do you want to join?",
            "private_instance": False,
            "require_email_verification": True,
            "captcha_enabled": site.server.salt % 2 == 0,
            "federation_enabled": not site.server.is_list_hidden,
        },
        "counts": _counts(site),
    }
    document: Json = {"site_view": view, "admins": [], "version": site.version, **_languages(site)}
    if is_old:
        document["federated_instances"] = None if site.server.is_list_hidden else _strings(site)
    return json_response(document)


def _strings(site: Site) -> Json:
    # an empty allow or block list is null in these versions
    allowed, blocked = site.peers(PeerKind.ALLOWS), site.peers(PeerKind.BLOCKS)
    return {"linked": site.peers(), "allowed": allowed or None, "blocked": blocked or None}


def _site_v4(site: Site, request: Request) -> Response:
    if not _is_one(site):
        return json_response({"error": "not_found"}, 404)
    local = {
        "registration_mode": _MODES_V4[site.server.registration],
        "email_verification_required": True,
        "private_instance": False,
        "federation_enabled": not site.server.is_list_hidden,
        **_counts(site),
    }
    described = {
        "id": 1,
        "name": site.words.title,
        "summary": site.words.description[:150],
        "ap_id": site.url("/"),
        "published_at": _SINCE,
    }
    view = {"site": described, "local_site": local}
    return json_response(
        {"site_view": view, "admins": [], "version": site.version, **_languages(site)}
    )


def federated_object(site: Site) -> Json:
    """What 0.18 and 0.19 send, and PieFed after them."""
    if site.server.is_list_hidden:
        return {"federated_instances": None}
    return {
        "federated_instances": {
            key: [
                {"id": place, "domain": name, "published": _SINCE}
                for place, name in enumerate(site.peers(kind), 2)
            ]
            for key, kind in _KINDS.items()
        }
    }


def _federated_v3(site: Site, request: Request) -> Response:
    if _is_one(site) or site.server.is_older_than(0, 18):
        return json_response({"error": "not_found"}, 404)
    return json_response(federated_object(site))


def _federated_v4(site: Site, request: Request) -> Response:
    if not _is_one(site):
        return json_response({"error": "not_found"}, 404)
    if site.server.is_list_hidden:
        return json_response({"error": "instance_is_private"}, 400)
    asked = request.parameters
    limit = whole(asked.get("limit"), 20)
    if not 1 <= limit <= _MOST_ITEMS:
        return json_response({"error": "invalid_fetch_limit"}, 400)
    kind = asked.get("kind")
    if kind not in ("all", *_KINDS):
        return json_response({"error": "unknown", "message": "missing field `kind`"}, 400)
    rows = _rows(site, kind)
    start = whole((asked.get("page_cursor") or "P0").removeprefix("P"), 0)
    page: Json = {"items": rows[start : start + limit]}
    if start + limit < len(rows):
        page["next_page"] = f"P{start + limit}"
    if start:
        page["prev_page"] = f"P{max(0, start - limit)}"
    return json_response(page)


def _rows(site: Site, kind: str) -> list[Json]:
    allowed, blocked = site.peers(PeerKind.ALLOWS), site.peers(PeerKind.BLOCKS)
    is_allowed = set(allowed)
    names = [*site.peers(), *blocked] if kind == "all" else site.peers(_KINDS[kind])
    is_blocked = set(blocked)
    rows: list[Json] = []
    for place, name in enumerate(names, 2):
        row: Json = {"instance": {"id": place, "domain": name, "published_at": _SINCE}}
        if name in is_blocked:
            row["blocked"] = {"instance_id": place, "published_at": _SINCE}
        if name in is_allowed:
            row["allowed"] = {"instance_id": place, "published_at": _SINCE}
        rows.append(row)
    return rows


ROUTES = {
    WELL_KNOWN: _well_known,
    "GET /nodeinfo/2.0.json": _nodeinfo_20,
    "GET /nodeinfo/2.1": _nodeinfo_21,
    "GET /api/v3/site": _site_v3,
    "GET /api/v4/site": _site_v4,
    "GET /api/v3/federated_instances": _federated_v3,
    "GET /api/v4/federated_instances": _federated_v4,
}
