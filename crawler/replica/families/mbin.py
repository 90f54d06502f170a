"""Mbin: the live, the dead and the banned kept apart, and a robots.txt with hundreds of names."""

from crawler.records import PeerKind
from crawler.replica.document import WELL_KNOWN, pointer, served
from crawler.replica.message import Request, Response, json_response
from crawler.replica.site import Route, Site

NAMES = ("mbin",)

_BOTS = "".join(f"User-agent: SomeBot{number}\n" for number in range(200))
_ROBOTS = (
    f"{_BOTS}User-agent: Scrapy\nDisallow: /\n\nUser-agent: *\nCrawl-delay: 5\nRequest-rate: 1/5s\n"
    "Disallow: /terms\n\na line without a colon\nUser-agent: *\nDisallow: /privacy-policy\n"
)


def _robots(site: Site, request: Request) -> Response:
    return Response(body=_ROBOTS.encode(), content_type="text/plain")


def _info(site: Site, request: Request) -> Response:
    return json_response(
        {
            "softwareName": "mbin",
            "softwareVersion": site.version,
            "websiteDomain": site.hostname,
            "websiteContactEmail": f"keeper@{site.hostname}",
            "websiteTitle": site.words.title,
            "websiteOpenRegistrations": site.is_open,
            "websiteFederationEnabled": True,
            "websiteDefaultLang": site.server.language,
        }
    )


def _pages(site: Site, request: Request) -> Response:
    return json_response(
        {"about": site.words.description, "terms": "Be kind.", "privacyPolicy": None}
    )


def _rows(kind: PeerKind) -> Route:
    def route(site: Site, request: Request) -> Response:
        rows = [{"domain": name, "software": None, "version": None} for name in site.peers(kind)]
        return json_response({"instances": rows})

    return route


def _banned(site: Site, request: Request) -> Response:
    return json_response({"instances": site.peers(PeerKind.BLOCKS)})


ROUTES = {
    "GET /robots.txt": _robots,
    WELL_KNOWN: pointer(("2.0", "/nodeinfo/2.0"), ("2.1", "/nodeinfo/2.1")),
    "GET /nodeinfo/2.0": served("2.0"),
    "GET /nodeinfo/2.1": served("2.1"),
    "GET /api/info": _info,
    "GET /api/instance": _pages,
    "GET /api/federated": _rows(PeerKind.KNOWS),
    "GET /api/dead": _rows(PeerKind.DEAD),
    "GET /api/defederated/v2": _rows(PeerKind.BLOCKS),
    "GET /api/defederated": _banned,
}
