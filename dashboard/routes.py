"""What is served beside the pages; `doors/` has each of them."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.doors import answers, badges, downloads, feeds, metrics, openapi, pages, sitemap
from dashboard.doors.api import ENDPOINTS
from dashboard.doors.endpoints import ROOT
from dashboard.language import N_

STYLE = Path(__file__).with_name("herdbook.css")
SCRIPT = Path(__file__).with_name("herdbook.js")

PAGES = {
    "/": (
        N_("Find your server in the fediverse · Herdbook"),
        N_(
            "Five servers of the fediverse that suit you, each with its reasons and a link to sign up."
        ),
    ),
    "/servers": (
        N_("All servers of the fediverse · Herdbook"),
        N_(
            "Every known server of the fediverse: software, language, who may join, how many people are active."
        ),
    ),
    "/growth": (
        N_("Growth of the fediverse · Herdbook"),
        N_(
            "Users, active users, servers and open registrations of the fediverse over time, with their coverage."
        ),
    ),
    "/network": (
        N_("The network of the fediverse · Herdbook"),
        N_(
            "A map of the fediverse's servers by whom they talk with, its communities, and what an outage would take away."
        ),
    ),
    "/operators": (
        N_("For operators of servers · Herdbook"),
        N_("Your server beside others and among those like it; what happened to it, as a feed."),
    ),
    "/query": (
        N_("Ask in SQL · Herdbook"),
        N_(
            "A query of your own over everything that is published, saved ones to begin with, and the tables."
        ),
    ),
    "/method": (
        N_("How Herdbook counts · Herdbook"),
        N_("What is counted, what servers are asked and how often, and how a server leaves."),
    ),
    "/status": (
        N_("How this Herdbook runs · Herdbook"),
        N_("Which jobs ran and how they went, how old the data are, and what is held back."),
    ),
}


def routes() -> list[Route]:
    """All of them; they come before Streamlit's own."""
    return [
        *pages.routes(PAGES),
        *sitemap.routes(PAGES, english=("/api",)),
        Route("/herdbook.css", style),
        Route("/herdbook.js", script),
        Route("/healthz", downloads.health),
        Route("/metrics", metrics.metrics),
        Route("/data/herdbook.duckdb", downloads.published),
        Route("/data/servers.csv", downloads.servers_csv),
        Route("/data/servers.parquet", downloads.servers_parquet),
        Route("/api", openapi.page),
        Route(f"{ROOT}/openapi.json", openapi.description),
        *(endpoint.route() for endpoint in ENDPOINTS),
        Route("/api/servers.json", downloads.servers_json),
        Route("/api/server.json", downloads.server_json),
        Route("/feeds/events.atom", feeds.events),
        Route("/feeds/watch.atom", feeds.watch),
        Route("/badge/{hostname}/{kind}.svg", badges.badge),
    ]


def style(request: Request) -> Response:
    """Our few rules on top of Streamlit's."""
    return answers.answer(request, STYLE.read_bytes(), "text/css", headers={}, cache="no-cache")


def script(request: Request) -> Response:
    """What Streamlit's scripts are told before they begin."""
    return answers.answer(
        request, SCRIPT.read_bytes(), "text/javascript", headers={}, cache="no-cache"
    )
