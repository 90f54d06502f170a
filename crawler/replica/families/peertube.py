"""PeerTube: follows in both directions, in pages; videos of others counted as its own until 6.3."""

from crawler.records import PeerKind
from crawler.replica.document import WELL_KNOWN, nodeinfo, pointer, whole
from crawler.replica.message import Request, Response, json_response
from crawler.replica.site import Route, Site

NAMES = ("peertube",)

_MOST_ROWS = 100
_AT = "2024-01-01T00:00:00.000Z"

Json = dict[str, object]


def _nodeinfo(site: Site, request: Request) -> Response:
    metadata = {
        "taxonomy": {"postsName": "Videos"},
        "nodeName": site.words.title,
        "nodeDescription": site.words.description,
        "nodeConfig": {"theme": {"default": "default"}},
    }
    return json_response(nodeinfo(site, metadata=metadata))


def _config(site: Site, request: Request) -> Response:
    return json_response(
        {
            "instance": {
                "name": site.words.title,
                "shortDescription": site.words.description,
                "isNSFW": site.server.salt % 19 == 0,
                "defaultNSFWPolicy": "do_not_list",
            },
            "serverVersion": site.version,
            "signup": {
                "allowed": site.is_open,
                "allowedForCurrentIP": site.is_open,
                "minimumAge": 16,
                "requiresApproval": site.is_approving,
                "requiresEmailVerification": True,
            },
            "federation": {"enabled": True},
        }
    )


def _about(site: Site, request: Request) -> Response:
    return json_response(
        {
            "instance": {
                "name": site.words.title,
                "shortDescription": site.words.description,
                "description": site.words.description,
                "terms": "",
                "codeOfConduct": "\n".join(f"* {rule}" for rule in site.words.rules),
                "administrator": "The keeper",
                "languages": [site.server.language],
                "categories": [1 + site.server.salt % 18],
            }
        }
    )


def _stats(site: Site, request: Request) -> Response:
    server, world = site.server, site.world
    told = world.told(server)
    return json_response(
        {
            "totalUsers": server.users_total,
            "totalMonthlyActiveUsers": server.users_active_month,
            "totalWeeklyActiveUsers": server.users_active_month // 2,
            "totalDailyActiveUsers": server.users_active_month // 5,
            "totalLocalVideos": max(1, server.local_posts // 40),
            "totalLocalVideoComments": server.local_comments,
            "totalInstanceFollowers": len(told[PeerKind.FOLLOWED_BY]),
            "totalInstanceFollowing": len(told[PeerKind.FOLLOWS]),
        }
    )


def _follows(kind: PeerKind) -> Route:
    def route(site: Site, request: Request) -> Response:
        asked = request.parameters
        start, count = whole(asked.get("start"), 0), whole(asked.get("count"), 15)
        if count > _MOST_ROWS:
            return json_response({"error": "Should have a number count"}, 400)
        names = site.peers(kind)
        rows = [
            _row(site, start + place, name, kind)
            for place, name in enumerate(names[start : start + count])
        ]
        return json_response({"total": len(names), "data": rows})

    return route


def _row(site: Site, place: int, name: str, kind: PeerKind) -> Json:
    own, other = _actor(site.hostname, 1), _actor(name, place + 2)
    is_following = kind is PeerKind.FOLLOWS
    return {
        "id": place + 1,
        "score": 10_000,
        "state": "accepted",
        "follower": own if is_following else other,
        "following": other if is_following else own,
        "createdAt": _AT,
        "updatedAt": _AT,
    }


def _actor(host: str, number: int) -> Json:
    url = f"https://{host}/accounts/peertube"
    return {"id": number, "url": url, "name": "peertube", "host": host, "avatars": []}


ROUTES = {
    WELL_KNOWN: pointer(("2.0", "/nodeinfo/2.0.json"), application="/accounts/peertube"),
    "GET /nodeinfo/2.0.json": _nodeinfo,
    "GET /api/v1/config": _config,
    "GET /api/v1/config/about": _about,
    "GET /api/v1/server/stats": _stats,
    "GET /api/v1/server/following": _follows(PeerKind.FOLLOWS),
    "GET /api/v1/server/followers": _follows(PeerKind.FOLLOWED_BY),
}
