"""Parts of NodeInfo that most software spells alike: the pointer, the document, its numbers."""

from collections.abc import Mapping

from crawler.replica.message import Request, Response, json_response
from crawler.replica.site import Route, Site

WELL_KNOWN = "GET /.well-known/nodeinfo"
_REL = "nodeinfo.diaspora.software/ns/schema/"

Json = dict[str, object]


def pointer(*links: tuple[str, str], scheme: str = "http", application: str = "") -> Route:
    """The route of `/.well-known/nodeinfo`: pairs of schema version and path, in the software's order."""

    def route(site: Site, request: Request) -> Response:
        found: list[Json] = [
            {"rel": f"{scheme}://{_REL}{version}", "href": site.url(path)}
            for version, path in links
        ]
        if application:
            rel = "https://www.w3.org/ns/activitystreams#Application"
            found.append({"rel": rel, "href": site.url(application)})
        return json_response({"links": found})

    return route


def nodeinfo(
    site: Site,
    version: str = "2.0",
    *,
    name: str | None = None,
    is_open: bool | None = None,
    protocols: object = ("activitypub",),
    metadata: object = None,
    software: Json | None = None,
    usage: object = None,
) -> Json:
    """A document as the schema wants it; software that deviates changes what comes out."""
    described: Json = {"name": name or site.name, "version": site.version, **(software or {})}
    return {
        "version": version,
        "software": described,
        "protocols": protocols,
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": site.is_open if is_open is None else is_open,
        "usage": usage_of(site) if usage is None else usage,
        "metadata": named(site) if metadata is None else metadata,
    }


def usage_of(site: Site, *, halfyear: str = "activeHalfyear") -> Json:
    """Its numbers, without those it does not say; `users: {}` where it withholds them."""
    numbers = site.server.numbers
    users = {
        "total": numbers["users_total"],
        halfyear: numbers["users_active_halfyear"],
        "activeMonth": numbers["users_active_month"],
    }
    said: Json = {"users": {key: number for key, number in users.items() if number is not None}}
    posts = {"localPosts": numbers["local_posts"], "localComments": numbers["local_comments"]}
    return said | {key: number for key, number in posts.items() if number is not None}


def named(site: Site) -> Json:
    """Metadata with its name and description."""
    return {"nodeName": site.words.title, "nodeDescription": site.words.description}


def served(version: str = "2.0", **changes: object) -> Route:
    """The route of a document that has nothing of its own."""

    def route(site: Site, request: Request) -> Response:
        return json_response(nodeinfo(site, version, **changes))  # type: ignore[arg-type]

    return route


def plain_routes(*links: tuple[str, str], **changes: object) -> dict[str, Route]:
    """Pointer and documents of a software that has nothing of its own."""
    documents: dict[str, Route] = {
        f"GET {path}": served(version, **changes) for version, path in links
    }
    return {WELL_KNOWN: pointer(*links), **documents}


def nodeinfo2(
    site: Site, *, base_url: bool = True, organization: Mapping[str, object] | None = None
) -> Json:
    """An x-nodeinfo2 document."""
    numbers = usage_of(site)
    server: Json = {"name": site.words.title, "software": site.name, "version": site.version}
    if base_url:
        server["baseUrl"] = site.url("")
    document: Json = {
        "version": "1.0",
        "server": server,
        "organization": organization or {},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": site.is_open,
        "usage": numbers,
    }
    return document


def whole(text: str | None, default: int) -> int:
    """A number from a query, or the default."""
    return int(text) if text is not None and text.isascii() and text.isdigit() else default
