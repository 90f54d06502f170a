"""Software of a few servers each: Mastodon's client API with deviations, or NodeInfo alone."""

from crawler.records import PeerKind, Registration
from crawler.replica.client_api import (
    ACTIVITY,
    PEERS,
    V1,
    V2,
    instance_v1,
    instance_v2,
    peers,
    weeks,
)
from crawler.replica.document import (
    WELL_KNOWN,
    named,
    nodeinfo,
    nodeinfo2,
    plain_routes,
    pointer,
    served,
    usage_of,
)
from crawler.replica.message import Request, Response, json_response
from crawler.replica.site import Route, Routes, Site

_FEDIFY_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/2.1#"
_X_NODEINFO2 = "GET /.well-known/x-nodeinfo2"


# --- with the client API ----------------------------------------------------------------------------


def _bookwyrm_v1(site: Site, request: Request) -> Response:
    document = instance_v1(site)
    document["stats"] = {
        "user_count": site.server.users_total,
        "status_count": site.server.local_posts,
    }
    # closed, and invitations can be asked for
    document["registrations"] = site.server.registration is Registration.OPEN
    return json_response(document)


def _bookwyrm(site: Site, request: Request) -> Response:
    document = nodeinfo(site, is_open=site.server.registration is Registration.OPEN)
    del document["services"], document["metadata"]
    return json_response(document)


def _takahe_v1(site: Site, request: Request) -> Response:
    return json_response(instance_v1(site, version=f"takahe/{site.version}"))


def _takahe_v2(site: Site, request: Request) -> Response:
    # it calls all identities active
    return json_response(instance_v2(site, month=site.server.users_total))


def _takahe_activity(site: Site, request: Request) -> Response:
    return json_response(
        [
            {key: int(str(value)) if key != "logins" else 0 for key, value in week.items()}
            for week in weeks(site)
        ]
    )


def _mitra_v1(site: Site, request: Request) -> Response:
    return json_response(instance_v1(site, version=f"4.0.0 (compatible; Mitra {site.version})"))


def _mitra_pointer(site: Site, request: Request) -> Response:
    rel = "http://nodeinfo.diaspora.software/ns/schema/"
    links = [
        {"rel": f"{rel}{version}", "href": site.url(f"/nodeinfo/{version}")}
        for version in ("2.0", "2.1")
    ]
    return json_response({"subject": site.url(""), "links": links})


def _neodb(site: Site, request: Request) -> Response:
    document = nodeinfo(site, protocols=("activitypub", "neodb"))
    return json_response(document)


def _smithereen_v1(site: Site, request: Request) -> Response:
    document = instance_v1(site)
    document["registrations"] = site.server.registration is Registration.OPEN
    return json_response(document)


def _snac_v1(site: Site, request: Request) -> Response:
    document = instance_v1(site, version=f"4.0.0 (not true; really snac/{site.version})")
    document["stats"] = {"user_count": 0, "status_count": 0, "domain_count": 0}
    document |= {"registrations": False, "approval_required": False}
    return json_response(document)


def _epicyon_v1(site: Site, request: Request) -> Response:
    document = instance_v1(site)
    document["stats"] = {"user_count": 1, "status_count": 1, "domain_count": 2}
    # nobody can tell what this means there
    del document["registrations"], document["approval_required"]
    return json_response(document)


def _epicyon(site: Site, request: Request) -> Response:
    return json_response(nodeinfo(site, "2.2", metadata=named(site) | {"private": True}))


def _epicyon_peers(site: Site, request: Request) -> Response:
    return json_response(["well-known-giant.example", site.hostname])


def _vernissage_v1(site: Site, request: Request) -> Response:
    registration = site.server.registration
    return json_response(
        {
            "uri": site.hostname,
            "title": site.words.title,
            "description": site.words.description,
            "email": f"keeper@{site.hostname}",
            "version": site.version,
            "languages": [site.server.language],
            "rules": [{"id": "1", "text": rule} for rule in site.words.rules],
            "registrationOpened": registration is Registration.OPEN,
            "registrationByApprovalOpened": registration is Registration.APPROVAL,
            "registrationByInvitationsOpened": registration is Registration.INVITE,
        }
    )


def _iceshrimp_net(site: Site, request: Request) -> Response:
    metadata = {
        "nodeName": "Iceshrimp.NET",
        "nodeDescription": "An Iceshrimp.NET instance",
        "maintainer": {"name": "todo", "email": "todo"},
        "tosUrl": "todo",
        "themeColor": "#000000",
        "disableRegistration": True,
    }
    software: dict[str, object] = {"codename": "Abyssal", "edition": "upstream"}
    document = nodeinfo(
        site,
        "2.1",
        name="Iceshrimp.NET",
        is_open=False,
        metadata=metadata,
        software=software,
    )
    return json_response(document)


def _iceshrimp_net_v2(site: Site, request: Request) -> Response:
    # open with approval means by invitation there
    is_invite = site.server.registration is Registration.INVITE
    document = instance_v2(site)
    document["registrations"] = {
        "enabled": site.is_open or is_invite,
        "approval_required": is_invite,
    }
    return json_response(document)


_TWO = (("2.0", "/nodeinfo/2.0"), ("2.1", "/nodeinfo/2.1"))
_JSON = (("2.0", "/nodeinfo/2.0.json"), ("2.1", "/nodeinfo/2.1.json"))
_UNDER_WELL_KNOWN = (("2.0", "/.well-known/nodeinfo/2.0"), ("2.1", "/.well-known/nodeinfo/2.1"))


# --- NodeInfo alone ---------------------------------------------------------------------------------


def _fedify(site: Site, request: Request) -> Response:
    document = {"$schema": _FEDIFY_SCHEMA, **nodeinfo(site, "2.1", is_open=False)}
    return json_response(document)


def _ghost(site: Site, request: Request) -> Response:
    metadata = named(site) | {"private": False}
    document = nodeinfo(site, "2.1", is_open=False, metadata=metadata)
    return json_response({"$schema": _FEDIFY_SCHEMA, **document})


def _jrd(path: str) -> Route:
    def route(site: Site, request: Request) -> Response:
        whole = pointer(("2.1", path))(site, request)
        return Response(body=whole.body, content_type="application/jrd+json")

    return route


def _wordpress(site: Site, request: Request) -> Response:
    words = site.words
    metadata = {
        "nodeName": words.title.replace("&", "&amp;"),
        "nodeDescription": words.description.replace("&", "&amp;"),
        "nodeIcon": "",
    }
    return json_response(nodeinfo(site, is_open=False, metadata=metadata))


def _writefreely(site: Site, request: Request) -> Response:
    metadata = named(site) | {
        "private": site.server.is_opted_out,
        "maxBlogs": 1,
        "publicReader": True,
        "invites": site.server.registration is Registration.INVITE,
    }
    return json_response(nodeinfo(site, metadata=metadata))


def _microblogpub(site: Site, request: Request) -> Response:
    metadata = {"nodeName": f"@keeper@{site.hostname}"}
    return json_response(nodeinfo(site, "2.1", is_open=False, metadata=metadata))


def _owncast(site: Site, request: Request) -> Response:
    document = nodeinfo(site, is_open=False, metadata={"chat_enabled": True})
    if site.server.is_older_than(0, 2):
        document["software"] = {"name": "Owncast", "version": site.version}
        del document["services"], document["metadata"]
    return json_response(document)


def _owncast_v1(site: Site, request: Request) -> Response:
    document = instance_v1(site, uri=site.url(""))
    document |= {"languages": None, "registrations": False, "approval_required": False}
    return json_response(document)


def _castopod(site: Site, request: Request) -> Response:
    document = nodeinfo2(site)
    described = document["server"]
    assert isinstance(described, dict)
    described |= {"software": "Castopod", "name": site.words.title.replace("&", "&amp;")}
    return json_response(document | {"openRegistrations": False})


def _socialhome(site: Site, request: Request) -> Response:
    keeper = {"name": "", "contact": f"keeper@{site.hostname}", "account": ""}
    return json_response(nodeinfo2(site, organization=keeper))


def _nextcloud(site: Site, request: Request) -> Response:
    return json_response(
        {
            "version": "2.0",
            "software": {"name": "Our Cloud", "version": site.version},
            "protocols": ["activitypub"],
            "rootUrl": site.url("/index.php/apps/social"),
            "usage": [],
            "openRegistrations": False,
        }
    )


def _gnusocial_config(site: Site, request: Request) -> Response:
    registration = site.server.registration
    return json_response(
        {
            "site": {
                "name": site.words.title,
                "server": site.hostname,
                "language": site.server.language,
                "email": f"keeper@{site.hostname}",
                "closed": "1" if registration is Registration.CLOSED else "0",
                "inviteonly": "1" if registration is Registration.INVITE else "0",
                "private": "0",
                "textlimit": "1000",
            }
        }
    )


def _bonfire(site: Site, request: Request) -> Response:
    return json_response(nodeinfo(site, metadata=named(site) | {"federation": True}))


def _nodebb(site: Site, request: Request) -> Response:
    is_open = site.server.registration is Registration.OPEN
    metadata = named(site) | {"federation": {"enabled": True}}
    return json_response(nodeinfo(site, name="NodeBB", is_open=is_open, metadata=metadata))


def _pub_relay(site: Site, request: Request) -> Response:
    metadata = {"peers": site.peers(PeerKind.FOLLOWED_BY)}
    usage = usage_of(site) | {"localPosts": 0}
    return json_response(nodeinfo(site, is_open=True, metadata=metadata, usage=usage))


def _activity_relay(site: Site, request: Request) -> Response:
    return json_response(nodeinfo(site, "2.1", is_open=True, metadata={}))


def _tootik(site: Site, request: Request) -> Response:
    return json_response(nodeinfo(site, is_open=True, metadata={}, usage={"users": {}}))


def _at(path: str, route: Route, version: str = "2.0", **of_pointer: str) -> dict[str, Route]:
    return {WELL_KNOWN: pointer((version, path), **of_pointer), f"GET {path}": route}


BY_SOFTWARE: dict[str, Routes] = {
    "bookwyrm": _at("/nodeinfo/2.0", _bookwyrm) | {V1: _bookwyrm_v1, PEERS: peers},
    "takahe": {
        **_at("/nodeinfo/2.0/", served(metadata={})),
        V1: _takahe_v1,
        V2: _takahe_v2,
        PEERS: peers,
        ACTIVITY: _takahe_activity,
    },
    "mitra": {
        **plain_routes(*_TWO),
        WELL_KNOWN: _mitra_pointer,
        V1: _mitra_v1,
        PEERS: peers,
    },
    "neodb": _at("/nodeinfo/2.0/", _neodb) | {V1: _takahe_v1, PEERS: peers},
    "smithereen": {
        WELL_KNOWN: pointer(("2.0", "/activitypub/nodeinfo/2.0")),
        "GET /activitypub/nodeinfo/2.0": served(),
        V1: _smithereen_v1,
        PEERS: peers,
    },
    "snac": {
        WELL_KNOWN: pointer(("2.1", "/nodeinfo_2_1"), ("2.0", "/nodeinfo_2_0")),
        "GET /nodeinfo_2_1": served("2.1"),
        "GET /nodeinfo_2_0": served("2.0"),
        V1: _snac_v1,
        PEERS: peers,
    },
    "epicyon": _at("/nodeinfo/2.0", _epicyon) | {V1: _epicyon_v1, PEERS: _epicyon_peers},
    "iceshrimp.net": {
        **_at("/nodeinfo/2.1", _iceshrimp_net, "2.1"),
        V2: _iceshrimp_net_v2,
    },
    "hollo": {WELL_KNOWN: _jrd("/nodeinfo/2.1"), "GET /nodeinfo/2.1": _fedify},
    "ghost": {
        WELL_KNOWN: _jrd("/.ghost/activitypub/nodeinfo/2.1"),
        "GET /.ghost/activitypub/nodeinfo/2.1": _ghost,
    },
    "wordpress": _at(
        "/wp-json/activitypub/1.0/nodeinfo",
        _wordpress,
        application="/wp-json/activitypub/1.0/application",
    ),
    "writefreely": _at("/api/nodeinfo", _writefreely),
    "microblogpub": _at("/nodeinfo", _microblogpub, "2.1"),
    "owncast": {**_at("/nodeinfo/2.0", _owncast), V1: _owncast_v1},
    "castopod": {_X_NODEINFO2: _castopod},
    "socialhome": {_X_NODEINFO2: _socialhome},
    "nextcloud": _at("/nodeinfo/2.0", _nextcloud),
    "gnusocial": {
        **_at("/api/nodeinfo/2.0.json", served(protocols=("ostatus", "activitypub"))),
        "GET /api/gnusocial/config.json": _gnusocial_config,
    },
    "bonfire": _at("/.well-known/nodeinfo/2.0", _bonfire),
    "nodebb": _at("/nodeinfo/2.0", _nodebb),
    "pub-relay": _at("/nodeinfo/2.0", _pub_relay),
    "activity-relay": _at("/nodeinfo/2.1", _activity_relay, "2.1"),
    "tootik": _at("/nodeinfo/2.0", _tootik),
    "mobilizon": plain_routes(*_UNDER_WELL_KNOWN, name="Mobilizon"),
    "diaspora": plain_routes(("1.0", "/nodeinfo/1.0"), *_TWO),
    "plume": plain_routes(*_TWO),
    "gancio": plain_routes(*_UNDER_WELL_KNOWN),
    "loops": plain_routes(*_TWO),
    "wafrn": plain_routes(("2.0", "/.well-known/nodeinfo/2.0"), is_open=True, metadata={}),
    "vernissage": {
        **plain_routes(("2.0", "/api/v1/nodeinfo"), name="Vernissage"),
        V1: _vernissage_v1,
    },
    "birdsitelive": plain_routes(*_JSON, is_open=True, metadata={}),
}
"""Routes of each."""
NAMES = tuple(BY_SOFTWARE)
ROUTES: Routes = {}
