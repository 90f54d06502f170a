"""Badges: what a server says of itself as a small picture, for its own about page.

A static SVG without style sheets, scripts or links. What is not known is said to be so: a number is withheld, not
said, or unknown because the server has not answered for a week; none of these is zero.
"""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dashboard import labels
from dashboard.door import door
from dashboard.doors import answers
from dashboard.text import html
from pipeline.exceptions import PipelineError

KINDS = {
    "registration": "sign-up",
    "active": "active",
    "users": "users",
    "uptime": "reachable",
    "software": "runs",
}
"""Kind → the word on the left."""

_HOUR = "public, max-age=3600"
"""About pages are opened often; numbers change once a day."""

_INK = "#FFFFFF"
_LEFT = "#2B2640"
_GREEN, _AMBER, _VIOLET, _GREY = "#0B6E63", "#8F4A00", "#5B3FD6", "#5E5A6E"
"""White text has at least 4.5 : 1 on each."""

_TINT = {"open": _GREEN, "approval": _AMBER, "invite": _AMBER}
_LETTERS = {**dict.fromkeys("iljtfrI.,:;'|! ", 4.2), **dict.fromkeys("mwMW%@", 10.4)}
"""Widths at 11 px of letters that are narrow or wide; the text is fitted to their sum, whatever font draws it."""

_LETTER, _CAPITAL = 6.9, 7.8

_PAD = 7
_LONGEST = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What one badge says."""

    label: str
    value: str
    title: str
    """The whole sentence, for those who do not see it."""
    tint: str = _GREY


def badge(request: Request) -> Response:
    """The badge of one kind for one server."""
    hostname = request.path_params["hostname"].strip().lower()
    kind = request.path_params["kind"]
    if kind not in KINDS:
        title = f"There are {', '.join(KINDS)}."
        return _send(request, Badge(label="badge", value="no such badge", title=title), 404)
    try:
        told = door().instance(hostname)
    except PipelineError:
        nothing = Badge(label=KINDS[kind], value="unknown", title="Nothing can be read now.")
        return _send(request, nothing, 503)
    if told is None:
        title = f"{hostname} is not known."
        return _send(request, Badge(label=KINDS[kind], value="unknown server", title=title), 404)
    return _send(request, said(kind, told))


def said(kind: str, told: dict[str, Any]) -> Badge:
    """What a badge says of a server (`Published.instance`)."""
    if kind == "uptime":
        return _uptime(told)
    label, host = KINDS[kind], told["hostname"]
    if told["is_counting_refused"]:
        return Badge(label=label, value="withheld", title=f"{host} asks not to be counted.")
    if not told["is_alive"]:
        return Badge(label=label, value="unknown", title=f"{host} has not answered for seven days.")
    if kind == "registration":
        code = told["registration"]
        return Badge(
            label=label,
            value=labels.registration(code).lower(),
            title=f"{host}: {labels.REGISTRATION_SENTENCE.get(code, '')}",
            tint=_TINT.get(code, _GREY),
        )
    if kind == "software":
        name = told["software_name"]
        value = labels.software(name) if name else "not said"
        tint = _VIOLET if name else _GREY
        return Badge(label=label, value=value, title=f"{host} runs {value}, as it says.", tint=tint)
    return _number(kind, told)


def _number(kind: str, told: dict[str, Any]) -> Badge:
    column = {"active": "users_active_month", "users": "users_total"}[kind]
    value, standing = told[column], told[f"{column}_standing"]
    words = {"active": "people active in a month", "users": "registered users"}[kind]
    if value is None:
        known = {"withheld": "withheld", "not_said": "not said"}.get(standing, "unknown")
        return Badge(label=KINDS[kind], value=known, title=f"{told['hostname']}: {words} {known}.")
    doubt = "" if labels.is_taken(standing) else "~ "
    beside = "as the server says" if not doubt else f"the number is {labels.standing(standing)}"
    return Badge(
        label=KINDS[kind],
        value=f"{doubt}{compact(value)}",
        title=f"{told['hostname']}: {value:,.0f} {words}; {beside}.",
        tint=_GREY if doubt else _VIOLET,
    )


def _uptime(told: dict[str, Any]) -> Badge:
    ratio = told["uptime_ratio_90d"]
    if ratio is None:
        return Badge(
            label="reachable", value="unknown", title=f"{told['hostname']} was not asked lately."
        )
    return Badge(
        label="reachable",
        value=labels.percent(ratio),
        title=f"{told['hostname']} answered {labels.percent(ratio)} of {told['checks_90d']} checks in 90 days.",
        tint=_GREEN if ratio >= 0.95 else _AMBER,
    )


def compact(value: float) -> str:
    """A number as a badge has room for: `1.2k`."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        # what would be rounded to 1000k is 1M
        if value >= size * 0.9995:
            scaled = value / size
            return (
                f"{scaled:.0f}{unit}"
                if scaled >= 99.95
                else f"{scaled:.1f}".removesuffix(".0") + unit
            )
    return f"{value:.0f}"


def _send(request: Request, told: Badge, status: int = 200) -> Response:
    cache = _HOUR if status == 200 else "public, max-age=60"
    return answers.answer(
        request, drawn(told).encode(), "image/svg+xml", status=status, cache=cache
    )


def drawn(told: Badge) -> str:
    """The badge as SVG; everything foreign in it is escaped."""
    value = html(told.value, _LONGEST)
    left = _width(told.label)
    right = _width(told.value[:_LONGEST])
    title = html(told.title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="22" role="img" aria-label="{title}">'
        f"<title>{title}</title>"
        f'<rect x="0.5" y="0.5" width="{left + right - 1}" height="21" rx="5" fill="{told.tint}" stroke="#8A8599"/>'
        f'<path d="M5.5 .5H{left}V21.5H5.5a5 5 0 0 1-5-5V5.5a5 5 0 0 1 5-5z" fill="{_LEFT}"/>'
        f'<g fill="{_INK}" font-family="Inter,Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f"{_text(html(told.label), _PAD, left)}{_text(value, left + _PAD, right)}</g></svg>"
    )


def _width(text: str) -> int:
    letters = (_LETTERS.get(sign, _CAPITAL if sign.isupper() else _LETTER) for sign in text)
    return round(sum(letters)) + 2 * _PAD


def _text(text: str, x: int, width: int) -> str:
    return f'<text x="{x}" y="15" textLength="{width - 2 * _PAD}" lengthAdjust="spacingAndGlyphs">{text}</text>'
