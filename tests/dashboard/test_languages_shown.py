"""Languages in a real browser: everything on a page is a message, right to left too; a switch keeps the address."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import duckdb
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from dashboard import messages
from pipeline.dictionary import SQL, read_relation

HERE = Path(__file__).parent
READY = "[data-test-script-state=notRunning] .hb-footer"

PROGRAM = """
import sys
from pathlib import Path

from dashboard.__main__ import main
from dashboard.language import LANGUAGES, Language

LANGUAGES["ar"] = Language(code="ar", name="\u2067marked\u2069", cldr="ar", catalogue=Path({catalogue!r}))
raise SystemExit(main(sys.argv[1:]))
"""
"""Serves one more language, written from right to left, whose messages are the English ones between marks."""

TEXTS = """
foreignTexts => {
  const shown = [...document.querySelectorAll(
    'h1, h2, h3, label, legend, summary, button, th, dt, a, [data-testid=stCaptionContainer] p, ' +
    '[data-testid=stText], [data-testid=stMetricLabel], .hb-lead, .hb-small, .hb-strip, .hb-footer p, .hb-why li, ' +
    '[data-testid=stMarkdownContainer] p, [role=radio], [role=option]')];
  const foreign = '.hb-languages, .hb-columns, .hb-name, .hb-host, .hb-badge, code, [data-testid=stExpandSidebarButton], ' +
    '[data-baseweb=tag], [data-testid=stToolbar], .modebar, [data-testid=stIconMaterial]';
  const told = [];
  for (const each of shown) {
    if (!each.checkVisibility() || each.closest(foreign)) continue;
    const copy = each.cloneNode(true);
    copy.querySelectorAll(`code, style, ${foreign}`).forEach(held => held.remove());
    let text = copy.textContent, before;
    for (const word of foreignTexts) text = text.replaceAll(word, ' ');
    do { before = text; text = text.replace(/\u27e6[^\u27e6\u27e7]*\u27e7/gs, ' '); } while (text !== before);
    text = text.replace(/[a-z0-9-]+(\\.[a-z0-9-]+)*\\.(example|invalid|test)/g, ' ');
    if (/[A-Za-z]{3}/.test(text)) told.push(text.trim().slice(0, 120));
  }
  return [...new Set(told)];
}
"""
"""What of the visible texts stands outside the marks and has letters; foreign text is left out."""

NAMES = re.compile(
    r"Skip to main content|[Hh]erdbook|JSON|CSV|SQL|Parquet|[Dd]uck[Dd][Bb]|HHI|B50|B90|NodeInfo|Mastodon|Lemmy|Pixelfed|PeerTube|example\\.social"
)


def _marked(folder: Path) -> Path:
    catalogue = Catalog(locale="ar")
    for message in messages.found():
        if isinstance(message, str):
            catalogue.add(message, f"\u27e6{message}\u27e7")
        else:
            catalogue.add(message, (f"\u27e6{message[1]}\u27e7",) * catalogue.num_plurals)
    path = folder / "ar.po"
    with path.open("wb") as file:
        write_po(file, catalogue)
    return path


@pytest.fixture(scope="module")
def marked_site(
    publish: Callable[..., Path], serve: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """A site that also speaks between marks, and the name of a server on it that has everything."""
    folder = publish(tmp_path_factory.mktemp("languages"))
    with duckdb.connect(folder / "published" / "herdbook.duckdb") as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set variable published_at = (select published_at from marts.about)")
        for name in ("network", "doors"):
            connection.execute((HERE / f"{name}.sql").read_text(encoding="utf-8"))
        cohorts = read_relation(SQL / "marts" / "cohorts.sql")
        connection.execute(f"create table marts.cohorts as {cohorts.body}")
        hostname = connection.execute(
            "select hostname from marts.instances where not is_counting_refused and is_alive "
            "and users_active_month_standing = 'implausible' order by hostname limit 1"
        ).fetchall()[0][0]
    program = folder / "serve.py"
    program.write_text(PROGRAM.format(catalogue=str(_marked(folder))), encoding="utf-8")
    with serve(folder, str(program)) as address:
        yield address, hostname


@pytest.mark.browser
def test_everything_on_a_page_is_a_message_and_fits_a_phone_from_right_to_left(
    visitor: Callable[..., Any], marked_site: tuple[str, str]
) -> None:
    """No text of ours is English where another language is spoken; at 390 pixels nothing sticks out."""
    site, hostname = marked_site
    pages = {
        "/": "",
        "/servers": "&age=16..&fields=hostname,software_name",
        "/query": "",
        "/method": "",
        "/status": "",
        "/growth": "&by=software",
        "/network": f"&focus={hostname}&out=country&key=FR&g=blocks",
        "/operators": f"&d={hostname}",
        "/server": f"&d={hostname}",
    }
    page = visitor(f"{site}/?ui=ar", viewport={"width": 390, "height": 844})
    said = page.request.get(f"{site}/api/server.json?d={hostname}").json()["server"]
    foreign = [said["title"], *said["description"].splitlines(), *said["rules"]]

    english, wide = {}, {}
    for path, query in pages.items():
        page.goto(f"{site}{path}?ui=ar{query}")
        page.wait_for_selector(READY)
        page.evaluate("document.querySelectorAll('summary').forEach(each => each.click())")
        page.wait_for_selector(READY)
        told = [
            text
            for text in [*page.evaluate(TEXTS, foreign), *_on_the_map(page)]
            if re.search("[A-Za-z]{3}", NAMES.sub("", text))
        ]
        english |= {path: told} if told else {}
        width = page.evaluate("document.documentElement.scrollWidth")
        wide |= {path: width} if width > 390 else {}

    assert {} == english
    assert {} == wide
    assert ("ar", "rtl") == (page.get_attribute("html", "lang"), page.get_attribute("html", "dir"))
    assert "ui=ar" in page.url


def _on_the_map(page: Any) -> list[str]:
    """What the map says in sight and to those who hear it, outside the marks; nothing on other pages."""
    told: list[str] = page.locator(".map [aria-label], .map .legend li").evaluate_all(
        "all => all.map(each => each.getAttribute('aria-label') ?? each.textContent)"
    )
    return [text for text in told if "\u27e6" not in text]


@pytest.mark.browser
def test_a_language_is_chosen_from_the_browser_and_by_hand(
    visitor: Callable[..., Any], marked_site: tuple[str, str]
) -> None:
    """A German reads German at once; another language keeps the address and stays from page to page."""
    site, _hostname = marked_site
    page = visitor(f"{site}/method?sw=peertube", locale="de-AT")
    page.wait_for_selector(READY)
    german = (page.get_attribute("html", "lang"), page.locator("h1").inner_text())
    page.get_by_role("link", name="日本語").click()
    page.wait_for_selector("html[lang=ja] [data-test-script-state=notRunning] .hb-footer")
    switched = page.url
    page.locator("[data-testid=stTopNavLink]").nth(3).click()
    page.wait_for_url(re.compile("/network"))
    page.wait_for_selector(READY)
    page.wait_for_url(re.compile("ui=ja"))

    assert ("de", "Wie Herdbook zählt") == german
    assert {"sw=peertube", "ui=ja"} == set(switched.partition("?")[2].split("&"))
    assert "ネットワーク" == page.locator("h1").inner_text()
    assert "true" == page.locator(".hb-languages li:has-text('日本語')").get_attribute(
        "aria-current"
    )


def test_the_first_bytes_are_in_the_language_too(marked_site: tuple[str, str]) -> None:
    """By the address or the browser's wish; caches and search engines are told that there are several."""
    site, hostname = marked_site

    wished = urlopen(Request(f"{site}/method", headers={"Accept-Language": "fr"}))
    named = urlopen(Request(f"{site}/server?d={hostname}&ui=es", headers={"Accept-Language": "fr"}))
    with wished, named:
        french, spanish = wished.read().decode(), named.read().decode()

    assert ("fr", "es") == (wished.headers["Content-Language"], named.headers["Content-Language"])
    assert "Accept-Language" in wished.headers["Vary"]
    assert '<html lang="fr">' in french
    assert f'<link rel="canonical" href="{site}/method"' in french
    assert f'hreflang="de" href="{site}/method?ui=de"' in french
    assert f'hreflang="x-default" href="{site}/method"' in french
    assert f'<link rel="canonical" href="{site}/server?d={hostname}&amp;ui=es"' in spanish
    assert "Personas activas" in spanish
    assert (
        f'hreflang="ja" href="{site}/?ui=ja"'
        in urlopen(f"{site}/sitemap/pages.xml").read().decode()
    )
