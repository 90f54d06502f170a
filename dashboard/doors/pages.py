"""The first bytes of pages, with what they are about in words: for search engines, previews, and without scripts."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard import directory, labels, urlstate
from dashboard.door import door
from dashboard.doors import addresses, answers
from dashboard.head import Head, page
from dashboard.tables import rows
from dashboard.text import html
from pipeline.exceptions import PipelineError
from pipeline.read import Wanted

_LISTED = 50
"""Servers in the words of a list: a page that reads well without scripts."""

Words = Callable[[Request], str]


def routes(pages: dict[str, tuple[str, str]]) -> list[Route]:
    """Every page of `pages` (path → title, description), and those of single servers."""
    return [
        *(Route(path, _page(path, *told)) for path, told in pages.items()),
        Route("/server", server),
        Route("/s/{hostname}", short),
    ]


def _page(path: str, title: str, description: str) -> Callable[[Request], Response]:
    def respond(request: Request) -> Response:
        head = Head(title=title, description=description, site=addresses.site(request), path=path)
        return _send(request, head, _words(path, request))

    return respond


def _words(path: str, request: Request) -> str:
    """What a page shows, in a few words; nothing where nothing can be read."""
    try:
        return WORDS[path](request) if path in WORDS else ""
    except PipelineError:
        return ""


def _suggested(request: Request) -> str:
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    found = rows(door().suggestions(Wanted(), now=now))
    return f"<h2>Five servers</h2>{_list(found)}" if found else ""


def _listed(request: Request) -> str:
    values = urlstate.parse(directory.FIELDS, request.query_params)
    sort, descending = directory.order(values)
    chosen = directory.wishes(values)
    totals = door().directory_totals(chosen)
    found = door().directory(
        chosen, sort=sort, descending=descending, page=values["page"], page_size=_LISTED
    )
    page_number = values["page"]
    query = urlencode(urlstate.format(directory.FIELDS, {**values, "page": page_number + 1}))
    more = (
        f'<p><a rel="next" href="./servers?{html(query)}">More servers</a></p>'
        if len(found) == _LISTED
        else ""
    )
    return f"<p>{labels.number(totals['instances_known'])} servers.</p>{_list(rows(found))}{more}"


def _growing(request: Request) -> str:
    days = rows(door().totals())
    if not days:
        return ""
    last = days[-1]
    return (
        f"<p>On {html(last['day_on'][:10])} {labels.number(last['instances_up'])} of {labels.number(last['instances_known'])} "
        f"known servers counted. Active in a month: {labels.number(last['users_active_month_audited'])} audited, "
        f"{labels.number(last['users_active_month'])} as said. Registered users: {labels.number(last['users_total_audited'])} "
        f"audited, {labels.number(last['users_total'])} as said.</p>"
    )


WORDS: dict[str, Words] = {"/": _suggested, "/servers": _listed, "/growth": _growing}
"""Pages that say more than their description."""


def _list(servers: list[dict[str, Any]]) -> str:
    return f"<ul>{''.join(map(_item, servers))}</ul>"


def _item(told: dict[str, Any]) -> str:
    host = told["hostname"]
    return (
        f'<li><a href=".{html(addresses.server(host), 2_000)}">{html(host)}</a>: {html(labels.software(told["software_name"]))}. '
        f"{html(labels.REGISTRATION_SENTENCE.get(told['registration'], ''))} "
        f"Active in a month: {labels.judged(told['users_active_month'], told.get('users_active_month_standing', 'reported'))}.</li>"
    )


def server(request: Request) -> Response:
    """The first bytes of a server's page."""
    hostname = request.query_params.get("d", "").strip().lower()
    try:
        told = door().instance(hostname) if hostname else None
        alike = door().alike(hostname) if hostname and told is None else []
    except PipelineError:
        told, alike = None, []
    site = addresses.site(request)
    if told is None:
        head = Head(
            title="A server of the fediverse · Herdbook",
            description="What is known of one server.",
            site=site,
            path="/server",
            is_found=False,
        )
        names = "".join(
            f'<li><a href=".{html(addresses.server(n), 2_000)}">{html(n)}</a></li>' for n in alike
        )
        return _send(
            request, head, f"<p>Known servers like it:</p><ul>{names}</ul>" if names else ""
        )
    head = Head(
        title=f"{hostname} · Herdbook",
        description=told["description"] or f"What {hostname} says of itself, and who may join.",
        site=site,
        path=addresses.server(hostname),
        feeds=(
            (f"What happened to {hostname}", f"/feeds/watch.atom?{urlencode({'d': hostname})}"),
            ("What happened to servers", "/feeds/events.atom"),
        ),
    )
    return _send(request, head, _facts(told))


def _facts(told: dict[str, Any]) -> str:
    if told["is_counting_refused"]:
        return f"<p>{html(told['hostname'])} exists and asked not to be counted.</p>"
    version = f" {told['software_version']}" if told["software_version"] else ""
    codes = told["language_codes"] or []
    facts = {
        "Software": labels.software(told["software_name"]) + version,
        "Sign-up": labels.REGISTRATION_SENTENCE.get(told["registration"], ""),
        "Active in a month": _judged(told, "users_active_month"),
        "Registered users": _judged(told, "users_total"),
        "Posts": _judged(told, "local_posts"),
        "Languages": ", ".join(map(labels.language, codes)) or labels.NOT_SAID,
        "Answered": f"{labels.percent(told['uptime_ratio_90d'])} of {told['checks_90d']} checks in 90 days",
        "Asked last": labels.moment(told["checked_at"]),
    }
    told_facts = "".join(
        f"<dt>{html(name)}</dt><dd>{html(fact)}</dd>" for name, fact in facts.items()
    )
    return f"<dl>{told_facts}</dl><p>All numbers are what the server says.</p>"


def _judged(told: dict[str, Any], column: str) -> str:
    standing = told[f"{column}_standing"]
    value = told[column]
    if value is None:
        return labels.standing(standing)
    beside = "" if labels.is_taken(standing) else f" ({labels.standing(standing)})"
    return labels.number(value) + beside


def short(request: Request) -> Response:
    """`/s/HOSTNAME` is an address that people can say aloud."""
    query = urlencode({"d": request.path_params["hostname"].lower()})
    return RedirectResponse(f"../server?{query}", status_code=307)


def _send(request: Request, head: Head, more: str) -> Response:
    body = page(head, more).encode()
    return answers.answer(request, body, "text/html", headers={}, cache="no-cache")
