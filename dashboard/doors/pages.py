"""The first bytes of pages, with what they are about in words: for search engines, previews, and without scripts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard import directory, labels, times, urlstate
from dashboard.door import door
from dashboard.doors import addresses, answers
from dashboard.head import EVENTS, Head, page
from dashboard.labels import plural
from dashboard.language import N_, PARAMETER, _, address, asked, kept, speaking, spoken
from dashboard.tables import rows
from dashboard.text import html, isolated
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
        with _speaking(request):
            site = addresses.site(request)
            head = Head(title=_(title), description=_(description), site=site, path=path)
            return _send(request, head, _words(path, request))

    return respond


def _speaking(request: Request) -> AbstractContextManager[None]:
    """The language that the address names, else the one that the browser likes best."""
    query, headers = request.query_params, request.headers
    return speaking(asked(query.get(PARAMETER), headers.get("accept-language")))


def _words(path: str, request: Request) -> str:
    """What a page shows, in a few words; nothing where nothing can be read."""
    try:
        return WORDS[path](request) if path in WORDS else ""
    except PipelineError:
        return ""


def _suggested(request: Request) -> str:
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    found = rows(door().suggestions(Wanted(), now=now))
    title = html(_("Five servers"))
    return f"<h2>{title}</h2>{_list(found)}" if found else ""


def _listed(request: Request) -> str:
    values = urlstate.parse(directory.FIELDS, request.query_params)
    sort, descending = directory.order(values)
    chosen = directory.wishes(values)
    totals = door().directory_totals(chosen)
    found = door().directory(
        chosen, sort=sort, descending=descending, page=values["page"], page_size=_LISTED
    )
    page_number = values["page"]
    following = urlstate.format(directory.FIELDS, {**values, "page": page_number + 1})
    query = urlencode(kept(following))
    words = html(_("More servers"))
    more = (
        f'<p><a rel="next" href="./servers?{html(query)}">{words}</a></p>'
        if len(found) == _LISTED
        else ""
    )
    count = plural("{count} server", "{count} servers", totals["instances_known"] or 0)
    return f"<p>{html(count)}</p>{_list(rows(found))}{more}"


def _growing(request: Request) -> str:
    days = rows(door().totals())
    if not days:
        return ""
    last = days[-1]
    return "".join(
        f"<p>{html(words, 1_000)}</p>"
        for words in (
            _(COUNTED_ON).format(
                day=times.day(date.fromisoformat(last["day_on"][:10])),
                up=labels.number(last["instances_up"]),
                known=labels.number(last["instances_known"]),
            ),
            _(ACTIVE).format(
                audited=labels.number(last["users_active_month_audited"]),
                said=labels.number(last["users_active_month"]),
            ),
            _(REGISTERED).format(
                audited=labels.number(last["users_total_audited"]),
                said=labels.number(last["users_total"]),
            ),
        )
    )


COUNTED_ON = N_("On {day} {up} of {known} known servers counted.")
ACTIVE = N_("Active in a month: {audited} audited, {said} as said.")
REGISTERED = N_("Registered users: {audited} audited, {said} as said.")


WORDS: dict[str, Words] = {"/": _suggested, "/servers": _listed, "/growth": _growing}
"""Pages that say more than their description."""


def _list(servers: list[dict[str, Any]]) -> str:
    return f"<ul>{''.join(map(_item, servers))}</ul>"


def _item(told: dict[str, Any]) -> str:
    host = told["hostname"]
    standing = told.get("users_active_month_standing", "reported")
    active = _("Active in a month: {count}.").format(
        count=labels.judged(told["users_active_month"], standing)
    )
    return (
        f'<li><a href="{_to(host)}">{html(host)}</a>: {html(labels.software(told["software_name"]))}. '
        f"{html(labels.REGISTRATION_SENTENCE.get(told['registration'], ''))} {html(active)}</li>"
    )


def _to(hostname: str) -> str:
    """A server's page in the same language, inside an attribute."""
    return html(address("." + addresses.server(hostname)), 2_000)


def server(request: Request) -> Response:
    """The first bytes of a server's page."""
    with _speaking(request):
        return _server(request)


def _server(request: Request) -> Response:
    hostname = request.query_params.get("d", "").strip().lower()
    try:
        told = door().instance(hostname) if hostname else None
        alike = door().alike(hostname) if hostname and told is None else []
    except PipelineError:
        told, alike = None, []
    site = addresses.site(request)
    if told is None:
        head = Head(
            title=_("A server of the fediverse · Herdbook"),
            description=_("What is known of one server."),
            site=site,
            path="/server",
            is_found=False,
        )
        like_it = html(_("Known servers like it:"))
        names = "".join(f'<li><a href="{_to(name)}">{html(name)}</a></li>' for name in alike)
        return _send(
            request,
            head,
            f"<p>{like_it}</p><ul>{names}</ul>" if names else "",
        )
    head = Head(
        title=f"{hostname} · Herdbook",
        description=told["description"]
        or _("What {hostname} says of itself, and who may join.").format(
            hostname=isolated(hostname)
        ),
        site=site,
        path=addresses.server(hostname),
        feeds=(
            (
                _("What happened to {server}").format(server=isolated(hostname)),
                f"/feeds/watch.atom?{urlencode({'d': hostname})}",
            ),
            EVENTS,
        ),
    )
    return _send(request, head, _facts(told))


def _facts(told: dict[str, Any]) -> str:
    if told["is_counting_refused"]:
        exists = _("{hostname} exists and asked not to be counted.")
        return f"<p>{html(exists.format(hostname=isolated(told['hostname'])))}</p>"
    version = f" {told['software_version']}" if told["software_version"] else ""
    codes = told["language_codes"] or []
    facts = {
        _("Software"): labels.software(told["software_name"]) + version,
        _("Sign-up"): labels.REGISTRATION_SENTENCE.get(told["registration"], ""),
        _("Active in a month"): _judged(told, "users_active_month"),
        _("Registered users"): _judged(told, "users_total"),
        _("Posts"): _judged(told, "local_posts"),
        _("Languages"): ", ".join(map(labels.language, codes)) or labels.not_said(),
        _("Answered"): plural(
            "{share} of {count} check in 90 days",
            "{share} of {count} checks in 90 days",
            told["checks_90d"] or 0,
            share=labels.percent(told["uptime_ratio_90d"]),
        ),
        _("Asked last"): labels.moment(told["checked_at"]),
    }
    told_facts = "".join(
        f"<dt>{html(name)}</dt><dd>{html(fact)}</dd>" for name, fact in facts.items()
    )
    said = html(_("All numbers are what the server says."))
    return f"<dl>{told_facts}</dl><p>{said}</p>"


def _judged(told: dict[str, Any], column: str) -> str:
    standing = told[f"{column}_standing"]
    value = told[column]
    if value is None:
        return labels.standing(standing)
    beside = "" if labels.is_taken(standing) else f" ({labels.standing(standing)})"
    return labels.number(value) + beside


def short(request: Request) -> Response:
    """`/s/HOSTNAME` is an address that people can say aloud."""
    query = {"d": request.path_params["hostname"].lower()}
    with _speaking(request):
        return RedirectResponse(f"../server?{urlencode(kept(query))}", status_code=307)


def _send(request: Request, head: Head, more: str) -> Response:
    body = page(head, more).encode()
    headers = {"Content-Language": spoken().code, "Vary": "Accept-Language"}
    return answers.answer(request, body, "text/html", headers=headers, cache="no-cache")
