"""The first bytes of each page: its title and description, for search engines, previews and no-script readers.

Streamlit's own `index.html` is kept and edited, so that its scripts are the installed ones.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import streamlit

from dashboard import page_scripts
from dashboard.language import LANGUAGES, N_, PARAMETER, _, address, kept, spoken
from dashboard.text import html

_LINKS = (
    ("./servers", N_("All servers")),
    ("./growth", N_("Growth")),
    ("./network", N_("Network")),
    ("./method", N_("Method")),
)
_DOORS = (
    ("./api", N_("Data and API")),
    ("./data/servers.csv", N_("All servers as CSV")),
)
"""What is the same in every language."""

EVENTS = (N_("What happened to servers"), "/feeds/events.atom")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a page says of itself before any script runs. Title and description may be foreign text."""

    title: str
    description: str
    site: str = ""
    """Address of the site without a slash at its end."""
    path: str = "/"
    """The one address of this page within it, its query included."""
    feeds: tuple[tuple[str, str], ...] = (EVENTS,)
    """Title and address of each feed about what the page shows."""
    is_found: bool = True
    """Whether there is such a page; else search engines need not keep it."""


@cache
def _template() -> str:
    page = Path(streamlit.__file__).with_name("static") / "index.html"
    text = page.read_text(encoding="utf-8")
    # another font is used; and the policy allows no script inside a page
    text = re.sub(r"<link\s+rel=\"preload\"[^>]*SourceSans[^>]*/>", "", text)
    text = re.sub(r"<script>\s*window\.prerenderReady = false\s*</script>", "", text)
    text = re.sub(r"<noscript>.*?</noscript>", "", text, flags=re.DOTALL)
    # comments are for those who build it; the way for programs is ours, not Streamlit's
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<link rel=\"service-desc\"[^>]*/>", "", text)
    return text.replace('href="./favicon.png"', 'href="./app/static/icon.png"')


def page(head: Head, more: str = "") -> str:
    """A page's HTML in the language that is spoken. `more` is our own HTML without scripts, for readers who run none."""
    told = "\n    ".join(_told(head))
    without_script = f"<noscript><h1>{html(head.title)}</h1><p>{html(head.description)}</p>{more}{_links(head)}</noscript>"
    text = re.sub(r"<title>.*?</title>", lambda _: told, _template(), count=1, flags=re.DOTALL)
    language = spoken()
    direction = ' dir="rtl"' if language.direction == "rtl" else ""
    root = f'<html lang="{language.code}"{direction}>'
    text = re.sub(r"<html[^>]*>", root, text, count=1)
    text = text.replace("</head>", f"{page_scripts.links(urlsplit(head.path).path)}</head>", 1)
    return re.sub(r"<body[^>]*>", lambda found: found[0] + without_script, text, count=1)


def _links(head: Head) -> str:
    """The way to the other pages, and to the same one in other languages."""
    pages = [
        *((address(to), _(words)) for to, words in _LINKS),
        *((to, _(words)) for to, words in _DOORS),
    ]
    told = " · ".join(f'<a href="{html(to, 2_000)}">{html(words)}</a>' for to, words in pages)
    languages = " · ".join(
        f'<a href="{html("." + _in(head.path, code), 2_000)}" hreflang="{code}" lang="{code}">{html(offered.name)}</a>'
        for code, offered in LANGUAGES.items()
    )
    return f"<p>{told}</p><p>{languages}</p>"


def _in(path: str, code: str) -> str:
    """A page's address in one language."""
    return f"{path}{'&' if '?' in path else '?'}{urlencode({PARAMETER: code})}"


def alternates(site: str, path: str) -> dict[str, str]:
    """A page's address in each language, and without one (`x-default`): there the browser's wish decides."""
    return {"x-default": site + path} | {code: site + _in(path, code) for code in LANGUAGES}


def _told(head: Head) -> list[str]:
    title, description = html(head.title), html(head.description)
    chosen = kept().get(PARAMETER)
    address = html(head.site + (_in(head.path, chosen) if chosen else head.path), 2_000)
    return [
        f"<title>{title}</title>",
        f'<meta name="description" content="{description}" />',
        *(
            [f'<link rel="canonical" href="{address}" />', *_others(head)]
            if head.is_found
            else _UNKEPT
        ),
        f'<meta property="og:title" content="{title}" />',
        f'<meta property="og:description" content="{description}" />',
        '<meta property="og:type" content="website" />',
        '<meta property="og:site_name" content="Herdbook" />',
        f'<meta property="og:locale" content="{spoken().code}" />',
        f'<meta property="og:url" content="{address}" />',
        f'<meta property="og:image" content="{html(head.site, 300)}/app/static/icon.png" />',
        '<meta name="twitter:card" content="summary" />',
        *(
            f'<link rel="alternate" type="application/atom+xml" title="{html(_(name))}" href=".{html(feed, 2_000)}" />'
            for name, feed in head.feeds
        ),
        '<link rel="service-desc" type="application/json" href="./api/v1/openapi.json" />',
        '<link rel="preload" href="./app/static/inter-latin.woff2" as="font" type="font/woff2" crossorigin />',
        '<link rel="stylesheet" href="./herdbook.css" />',
        '<script src="./herdbook.js"></script>',
    ]


def _others(head: Head) -> list[str]:
    return [
        f'<link rel="alternate" hreflang="{code}" href="{html(address, 2_000)}" />'
        for code, address in alternates(head.site, head.path).items()
    ]


_UNKEPT = ['<meta name="robots" content="noindex" />']
