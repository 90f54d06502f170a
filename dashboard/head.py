"""The first bytes of each page: its title and description, for search engines, previews and no-script readers.

Streamlit's own `index.html` is kept and edited, so that its scripts are the installed ones.
"""

import re
from functools import cache
from pathlib import Path

import streamlit

from dashboard.text import html

_LINKS = (
    '<p><a href="./servers">All servers</a> · <a href="./growth">Growth</a> · <a href="./method">Method</a> · '
    '<a href="./api/servers.json">All servers as JSON</a> · <a href="./data/servers.csv">as CSV</a></p>'
)


@cache
def _template() -> str:
    page = Path(streamlit.__file__).with_name("static") / "index.html"
    text = page.read_text(encoding="utf-8")
    # another font is used; and the policy allows no script inside a page
    text = re.sub(r"<link\s+rel=\"preload\"[^>]*SourceSans[^>]*/>", "", text)
    text = re.sub(r"<script>\s*window\.prerenderReady = false\s*</script>", "", text)
    text = re.sub(r"<noscript>.*?</noscript>", "", text, flags=re.DOTALL)
    return text.replace('href="./favicon.png"', 'href="./app/static/icon.png"')


def page(title: str, description: str, more: str = "") -> str:
    """A page's HTML. Title and description may be foreign text; `more` is our own HTML without scripts."""
    head = (
        f"<title>{html(title)}</title>\n"
        f'    <meta name="description" content="{html(description)}" />\n'
        f'    <meta property="og:title" content="{html(title)}" />\n'
        f'    <meta property="og:description" content="{html(description)}" />\n'
        '    <meta property="og:type" content="website" />\n'
        '    <link rel="preload" href="./app/static/inter-latin.woff2" as="font" type="font/woff2" crossorigin />\n'
        '    <link rel="stylesheet" href="./herdbook.css" />'
    )
    without_script = (
        f"<noscript><h1>{html(title)}</h1><p>{html(description)}</p>{more}{_LINKS}</noscript>"
    )
    text = re.sub(r"<title>.*?</title>", lambda _: head, _template(), count=1, flags=re.DOTALL)
    return re.sub(r"<body[^>]*>", lambda found: found[0] + without_script, text, count=1)
