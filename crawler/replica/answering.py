"""Which answer a request gets: from a server's family, from a bad neighbour, from the farm."""

import importlib
import pkgutil
from functools import cache

import crawler.replica.families
from crawler.replica import farm, neighbours
from crawler.replica.farm import Farmhand
from crawler.replica.message import Request, Response, json_response, page
from crawler.replica.neighbours import Neighbour
from crawler.replica.site import Routes, Site
from crawler.replica.software import Robots
from crawler.replica.world import Resident, World

_CLOSED = b"User-agent: *\nDisallow: /\n"
_CLOSED_API = b"User-agent: *\nDisallow: /api/\nAllow: /.well-known/nodeinfo\n"
_FREE = b"User-agent: *\nDisallow:\n"


@cache
def families() -> dict[str, Routes]:
    """The routes of each software, by its canonical name."""
    found: dict[str, Routes] = {}
    for module in pkgutil.iter_modules(crawler.replica.families.__path__):
        family = importlib.import_module(f"crawler.replica.families.{module.name}")
        by_software: dict[str, Routes] = getattr(family, "BY_SOFTWARE", {})
        for name in family.NAMES:
            found[name] = by_software.get(name) or family.ROUTES
    return found


def answer(world: World, resident: Resident, request: Request) -> Response:
    """What somebody answers to a request."""
    if isinstance(resident, Neighbour):
        return neighbours.answer(resident, request)
    if isinstance(resident, Farmhand):
        return _farm_answer(resident, request)
    routes = families().get(resident.software.name, {})
    route = routes.get(f"{request.method} {request.path}")
    if request.path == "/robots.txt" and (route is None or resident.robots is Robots.ALL):
        return _robots(resident.robots)
    if route is not None:
        return route(Site(world, world.face(resident)), request)
    if request.method == "POST" or request.path.startswith("/api/"):
        return json_response({"error": "Not Found"}, 404)
    if request.path == "/":
        return page("<!doctype html><title>A server of the replica</title>")
    return page("<!doctype html><title>Not found</title>", 404)


def _robots(robots: Robots) -> Response:
    body = {Robots.ALL: _CLOSED, Robots.API: _CLOSED_API, Robots.OPEN: _FREE}[robots]
    return Response(body=body, content_type="text/plain; charset=utf-8")


def _farm_answer(hand: Farmhand, request: Request) -> Response:
    numbers = farm.NUMBERS
    match request.path:
        case "/robots.txt":
            return Response(body=_FREE, content_type="text/plain")
        case "/.well-known/nodeinfo":
            rel = "http://nodeinfo.diaspora.software/ns/schema/2.0"
            href = f"https://{hand.hostname}/nodeinfo/2.0"
            return json_response({"links": [{"rel": rel, "href": href}]})
        case "/nodeinfo/2.0":
            users = {
                "total": numbers["users_total"],
                "activeMonth": numbers["users_active_month"],
                "activeHalfyear": numbers["users_active_halfyear"],
            }
            return json_response(
                {
                    "version": "2.0",
                    "software": {"name": "mastodon", "version": farm.VERSION},
                    "protocols": ["activitypub"],
                    "services": {"inbound": [], "outbound": []},
                    "openRegistrations": False,
                    "usage": {"users": users, "localPosts": numbers["local_posts"]},
                    "metadata": {"nodeName": farm.TITLE},
                }
            )
        case "/api/v2/instance":
            return json_response(
                {
                    "domain": hand.hostname,
                    "title": farm.TITLE,
                    "version": farm.VERSION,
                    "usage": {"users": {"active_month": numbers["users_active_month"]}},
                    "registrations": {"enabled": False, "approval_required": False},
                }
            )
        case "/api/v1/instance/peers":
            return json_response(hand.peers)
    return json_response({"error": "Not Found"}, 404)
