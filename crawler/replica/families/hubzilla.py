"""Hubzilla: `services` is an empty list, and who may sign up is in its own siteinfo."""

from crawler.records import Registration
from crawler.replica.document import WELL_KNOWN, nodeinfo, pointer
from crawler.replica.message import Request, Response, json_response
from crawler.replica.site import Route, Site

NAMES = ("hubzilla",)

_LINKS = (("2.0", "/nodeinfo/2.0"), ("1.0", "/nodeinfo/1.0"))
_POLICIES = {
    Registration.OPEN: "REGISTER_OPEN",
    Registration.APPROVAL: "REGISTER_APPROVE",
    Registration.INVITE: "REGISTER_OPEN",
    Registration.CLOSED: "REGISTER_CLOSED",
}


def _pointer(site: Site, request: Request) -> Response:
    if not site.server.is_older_than(10):
        return pointer(*_LINKS)(site, request)
    # an older add-on put one link in place of the list, and the other beside it
    rel = "http://nodeinfo.diaspora.software/ns/schema/"
    first, second = ({"rel": f"{rel}{version}", "href": site.url(path)} for version, path in _LINKS)
    return json_response({"links": second, "0": first})


def _nodeinfo(version: str) -> Route:
    def route(site: Site, request: Request) -> Response:
        is_open = site.server.registration is Registration.OPEN
        metadata = {"nodeName": site.words.title}
        protocols = ("zot", "activitypub")
        document = nodeinfo(site, version, is_open=is_open, protocols=protocols, metadata=metadata)
        document["services"] = []
        if version == "1.0":
            document["protocols"] = {"inbound": ["zot"], "outbound": ["zot"]}
        return json_response(document)

    return route


def _siteinfo(site: Site, request: Request) -> Response:
    server = site.server
    return json_response(
        {
            "url": site.url(""),
            "platform": "hubzilla",
            "site_name": site.words.title,
            "version": site.version,
            "register_policy": _POLICIES[server.registration],
            "invitation_only": server.registration is Registration.INVITE,
            "directory_mode": "DIRECTORY_MODE_NORMAL",
            "language": server.language,
            "admin": [{"name": "The keeper", "address": f"keeper@{site.hostname}"}],
            "info": site.words.description,
            "hide_in_statistics": 0,
            "channels_total": server.users_total,
            "channels_active_halfyear": server.users_active_halfyear,
            "channels_active_monthly": server.users_active_month,
            "local_posts": server.local_posts,
            "local_comments": server.local_comments,
        }
    )


ROUTES = {
    WELL_KNOWN: _pointer,
    "GET /nodeinfo/2.0": _nodeinfo("2.0"),
    "GET /nodeinfo/1.0": _nodeinfo("1.0"),
    "GET /siteinfo.json": _siteinfo,
}
