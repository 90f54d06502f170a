"""Mastodon's client API as far as a directory asks for it; a dozen other programs speak it too."""

from crawler.records import Registration
from crawler.replica.message import Request, Response, json_response
from crawler.replica.population import Server
from crawler.replica.prose import TONGUES
from crawler.replica.site import Site, now

V1 = "GET /api/v1/instance"
V2 = "GET /api/v2/instance"
PEERS = "GET /api/v1/instance/peers"
ACTIVITY = "GET /api/v1/instance/activity"

Json = dict[str, object]


def instance_v1(site: Site, *, version: str | None = None, uri: str | None = None) -> Json:
    """The older description."""
    words, server = site.words, site.server
    return {
        "uri": uri or site.hostname,
        "title": words.title,
        "short_description": words.description,
        "description": f"<p>{words.description}</p>",
        "email": f"admin@{site.hostname}",
        "version": version or site.version,
        "urls": {"streaming_api": f"wss://{site.hostname}"},
        "stats": {
            "user_count": server.users_total,
            "status_count": server.local_posts,
            "domain_count": len(site.world.known(server)),
        },
        "thumbnail": None,
        "languages": [server.language],
        "registrations": site.is_open,
        "approval_required": site.is_approving,
        "invites_enabled": server.registration is Registration.INVITE,
        "configuration": _configuration(500),
        "contact_account": _contact(site),
        "rules": _rules(site),
    }


def instance_v2(site: Site, *, version: str | None = None, month: int | None = None) -> Json:
    """The younger one."""
    words, server = site.words, site.server
    return {
        "domain": site.hostname,
        "title": words.title,
        "version": version or site.version,
        "source_url": "https://source.example/software",
        "description": words.description,
        "usage": {"users": {"active_month": server.users_active_month if month is None else month}},
        "thumbnail": {"url": site.url("/packs/preview.png")},
        "languages": [server.language],
        "configuration": _configuration(500)
        | {
            "urls": {
                "streaming": f"wss://{site.hostname}",
                "about": site.url("/about"),
                "privacy_policy": site.url("/privacy-policy"),
                "terms_of_service": None,
            },
            "translation": {"enabled": False},
        },
        "registrations": {
            "enabled": site.is_open,
            "approval_required": site.is_approving,
            "reason_required": site.is_approving,
            "message": None,
            "min_age": 16 if server.salt % 9 == 0 else None,
            "url": None,
        },
        "api_versions": {"mastodon": 6},
        "contact": {"email": f"admin@{site.hostname}", "account": _contact(site)},
        "rules": _rules(site),
    }


def v1(site: Site, request: Request) -> Response:
    """The route of the older one."""
    return json_response(instance_v1(site))


def v2(site: Site, request: Request) -> Response:
    """The route of the younger one."""
    return json_response(instance_v2(site))


def peers(site: Site, request: Request) -> Response:
    """The flat list, for whoever asks."""
    return json_response(site.peers())


def missing(site: Site, request: Request) -> Response:
    """Not there."""
    return json_response({"error": "Not Found"}, 404)


def empty_404(site: Site, request: Request) -> Response:
    """Mastodon's way to say that a list is switched off."""
    return Response(status=404, content_type="text/html")


def weeks(site: Site) -> list[Json]:
    """Twelve weeks, newest first, every value a decimal string."""
    seconds = int(now().timestamp())
    found: list[Json] = []
    for ago in range(12):
        statuses, logins, registrations = site.week(ago)
        found.append(
            {
                "week": str(seconds - ago * 7 * 86_400),
                "statuses": str(statuses),
                "logins": str(logins),
                "registrations": str(registrations),
            }
        )
    return found


def _configuration(characters: int) -> Json:
    return {
        "accounts": {"max_featured_tags": 10},
        "statuses": {
            "max_characters": characters,
            "max_media_attachments": 4,
            "characters_reserved_per_url": 23,
        },
        "media_attachments": {"supported_mime_types": ["image/jpeg", "image/png"]},
        "polls": {"max_options": 4},
    }


def _contact(site: Site) -> Json:
    # personal, and there to be dropped
    return {
        "id": "1",
        "username": "keeper",
        "acct": "keeper",
        "display_name": "The keeper",
        "url": site.url("/@keeper"),
    }


def _rules(site: Site) -> list[Json]:
    told: list[Json] = [
        {"id": str(place), "text": rule, "hint": ""}
        for place, rule in enumerate(site.words.rules, 1)
    ]
    if site.name == "mastodon" and not site.server.is_older_than(4, 4):
        for rule, translations in zip(told, _translations(site.server), strict=False):
            rule["translations"] = translations
    return told


def _translations(server: Server) -> list[Json]:
    """Of its rules, in their order: one server in three translates them."""
    other = "de" if server.language == "en" else "en"
    words = TONGUES[other].rules
    if server.salt % 3:
        return [{} for _ in words]
    return [{other: {"text": text, "hint": ""}} for text in words]
