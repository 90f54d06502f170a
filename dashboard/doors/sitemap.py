"""What search engines look for: robots.txt, and every page's address in site maps of at most 50,000."""

from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.door import door
from dashboard.doors import addresses, answers
from dashboard.head import alternates
from pipeline.exceptions import PipelineError, PublishedMissing

MOST = 50_000
"""Addresses of one map (sitemaps.org)."""

_XMLNS = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)
_DAY = "public, max-age=3600"


def routes(paths: Iterable[str], english: Iterable[str] = ()) -> list[Route]:
    """The maps of pages at `paths`, of those at `english`, which are in no other language, and of all servers."""
    pages, others = tuple(paths), tuple(english)

    def of_pages(request: Request) -> Response:
        site = addresses.site(request)
        entries = (
            *(_url("url", site + path, others=alternates(site, path)) for path in pages),
            *(_url("url", site + path) for path in others),
        )
        return _send(request, "urlset", iter(entries))

    return [
        Route("/robots.txt", robots),
        Route("/sitemap.xml", index),
        Route("/sitemap/pages.xml", of_pages),
        Route("/sitemap/servers-{number:int}.xml", servers),
    ]


def robots(request: Request) -> Response:
    """Pages may be read; downloads and endless filters need not."""
    return PlainTextResponse(
        "User-agent: *\nDisallow: /data/\nDisallow: /api/\nDisallow: /badge/\nDisallow: /feeds/\n"
        f"Disallow: /servers?\nAllow: /\n\nSitemap: {addresses.site(request)}/sitemap.xml\n"
    )


def index(request: Request) -> Response:
    """Which maps there are."""
    try:
        count = door().listed_count()
    except PublishedMissing:
        count = 0
    except PipelineError as error:
        return answers.problem(answers.unreadable(error))
    site = addresses.site(request)
    maps = ["pages", *(f"servers-{n}" for n in range(1, -(-count // MOST) + 1))]
    return _send(
        request, "sitemapindex", (_url("sitemap", f"{site}/sitemap/{name}.xml") for name in maps)
    )


def servers(request: Request) -> Response:
    """Pages of servers, by name; those that ask not to be counted are not among them."""
    number = request.path_params["number"]
    try:
        found = door().listed_names(rows=MOST, skip=MOST * (max(number, 1) - 1)).to_pylist()
    except PipelineError as error:
        return answers.problem(answers.unreadable(error))
    if number < 1 or number > 1_000 or not found:
        return PlainTextResponse("There is no such map.\n", status_code=404)
    site = addresses.site(request)
    urls = (
        _url("url", site + addresses.server(row["hostname"]), row["checked_at"].date().isoformat())
        for row in found
    )
    return _send(request, "urlset", urls)


def _url(
    name: str, address: str, changed_on: str | None = None, others: Mapping[str, str] | None = None
) -> str:
    """One entry. `others`: the same page in each language; a server's page says them itself."""
    changed = f"<lastmod>{changed_on}</lastmod>" if changed_on else ""
    told = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{escape(to)}"/>'
        for code, to in (others or {}).items()
    )
    return f"<{name}><loc>{escape(address)}</loc>{changed}{told}</{name}>\n"


def _send(request: Request, root: str, entries: Iterator[str]) -> Response:
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {_XMLNS}>\n{"".join(entries)}</{root}>\n'
    )
    return answers.answer(request, text.encode(), "application/xml", headers={}, cache=_DAY)
