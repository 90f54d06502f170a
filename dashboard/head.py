"""The first bytes of each page: its title and description, for search engines, previews and no-script readers.

Streamlit's own `index.html` is kept and edited, so that its scripts are the installed ones.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit

from dashboard.text import html

_LINKS = (
    '<p><a href="./servers">All servers</a> · <a href="./growth">Growth</a> · <a href="./network">Network</a> · <a href="./method">Method</a> · '
    '<a href="./api">Data and API</a> · <a href="./data/servers.csv">All servers as CSV</a></p>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a page says of itself before any script runs. Title and description may be foreign text."""

    title: str
    description: str
    site: str = ""
    """Address of the site without a slash at its end."""
    path: str = "/"
    """The one address of this page within it, its query included."""
    feeds: tuple[tuple[str, str], ...] = (("What happened to servers", "/feeds/events.atom"),)
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
    """A page's HTML. `more` is our own HTML without scripts, for readers who run none."""
    told = "\n    ".join(_told(head))
    without_script = f"<noscript><h1>{html(head.title)}</h1><p>{html(head.description)}</p>{more}{_LINKS}</noscript>"
    text = re.sub(r"<title>.*?</title>", lambda _: told, _template(), count=1, flags=re.DOTALL)
    return re.sub(r"<body[^>]*>", lambda found: found[0] + without_script, text, count=1)


def _told(head: Head) -> list[str]:
    title, description = html(head.title), html(head.description)
    address = html(head.site + head.path, 2_000)
    return [
        f"<title>{title}</title>",
        f'<meta name="description" content="{description}" />',
        *([f'<link rel="canonical" href="{address}" />'] if head.is_found else _UNKEPT),
        f'<meta property="og:title" content="{title}" />',
        f'<meta property="og:description" content="{description}" />',
        '<meta property="og:type" content="website" />',
        '<meta property="og:site_name" content="Herdbook" />',
        f'<meta property="og:url" content="{address}" />',
        f'<meta property="og:image" content="{html(head.site, 300)}/app/static/icon.png" />',
        '<meta name="twitter:card" content="summary" />',
        *(
            f'<link rel="alternate" type="application/atom+xml" title="{html(name)}" href=".{html(feed, 2_000)}" />'
            for name, feed in head.feeds
        ),
        '<link rel="service-desc" type="application/json" href="./api/v1/openapi.json" />',
        '<link rel="preload" href="./app/static/inter-latin.woff2" as="font" type="font/woff2" crossorigin />',
        '<link rel="stylesheet" href="./herdbook.css" />',
    ]


_UNKEPT = ['<meta name="robots" content="noindex" />']
