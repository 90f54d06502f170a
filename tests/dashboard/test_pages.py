"""The pages in a real browser, as people meet them."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import duckdb
import pytest

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/servers?age=..16,unsaid&activeis=reported&fields=hostname,software_name,users_total",
    "/server?d={host}",
    "/growth?by=software&m=local_posts&sw=mastodon,lemmy&as=index",
    "/growth?panel=same",
    "/method?sw=peertube",
    "/status",
]


def _ready(page: Any) -> None:
    """The whole page has been drawn, its last part being the footer, and nothing is drawn any more."""
    page.wait_for_selector("[data-test-script-state=notRunning] .hb-footer")


def _foreign(page: Any, site: str) -> list[str]:
    """What was asked of anybody but the site."""
    home = urlsplit(site).netloc
    return [
        a
        for a in page.asked
        if urlsplit(a).scheme != "data" and urlsplit(a).netloc not in (home, "")
    ]


def test_a_newcomer_finds_a_server_and_a_friend_sees_the_same(visitor: Callable, site: str) -> None:  # type: ignore[type-arg]
    """Filter to open sign-up in German, open a server; each address shows the same to somebody else."""
    page = visitor(f"{site}/servers?lang=de")
    _ready(page)
    page.get_by_text(re.compile("^Open [0-9]")).locator("visible=true").first.click()
    page.wait_for_url(re.compile("reg=open"))
    fitting = page.request.get(f"{site}/api/servers.json?lang=de&reg=open").json()[
        "instances_known"
    ]
    count = f"[role=status] strong:text-is('{fitting} servers')"
    page.wait_for_selector(count)
    listed = page.url

    # the grid is drawn on a canvas: its first name is under its header
    page.locator(".st-key-servers_wide canvas").first.click(position={"x": 60, "y": 54}, force=True)
    page.wait_for_url(re.compile(r"/server\?d="))
    page.wait_for_selector("h2:has-text('Our checks')")
    friend = visitor(listed)
    friend.wait_for_selector(count)
    other = visitor(page.url)
    _ready(other)

    assert f"{site}/servers?lang=de&reg=open" == _sorted(listed)
    assert page.locator("h1").inner_text() == other.locator("h1").inner_text()
    assert (
        page.locator(".hb-badge").first.inner_text()
        == other.locator(".hb-badge").first.inner_text()
    )


def _sorted(address: str) -> str:
    path, _, query = address.partition("?")
    return f"{path}?{'&'.join(sorted(query.split('&')))}"


def test_a_list_worth_a_look_is_sorted_whole_by_its_heads(visitor: Callable, site: str) -> None:  # type: ignore[type-arg]
    """A preset is a link; a click on a head sorts all that fit, not one page; Back undoes it."""
    page = visitor(f"{site}/servers")
    _ready(page)
    page.get_by_role("link", name="In German, open").click()
    page.wait_for_url(re.compile("lang=de&reg=open|reg=open&lang=de"))
    _ready(page)
    preset = page.url

    # heads are drawn on a canvas; this is the first one
    page.locator(".st-key-servers_wide canvas").first.click(position={"x": 60, "y": 17}, force=True)
    page.wait_for_url(re.compile("sort=hostname"))
    page.get_by_text("Choose columns").click()
    page.get_by_label("Columns, in this order").wait_for()
    page.get_by_label("More filters").click()
    page.keyboard.type("Minimum age")
    page.keyboard.press("Enter")
    page.get_by_label("to", exact=True).fill("16")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"age=\.\.16"))
    files = [link.get_attribute("href") for link in page.locator("a[download]").all()]
    page.go_back()
    page.wait_for_url(lambda address: "age=" not in address)

    assert "sort=hostname" in page.url
    assert preset != page.url
    assert 3 == len(files)
    assert all("age=..16" in address and "lang=de" in address for address in files)


def test_a_suggestion_leads_to_its_sign_up_and_its_page(visitor: Callable, site: str) -> None:  # type: ignore[type-arg]
    """Each card has reasons, a link to sign up at that very server, and its details within the session."""
    page = visitor(f"{site}/?do=any&lang=-")
    _ready(page)
    card = page.locator("[class*=st-key-card_]").first
    hostname = card.locator(".hb-host").inner_text()

    sign_up = card.get_by_role("link", name="Create account").get_attribute("href")
    reasons = card.locator(".hb-why li:not(.hb-caution)").count()
    card.get_by_role("link", name="Details").click()
    page.wait_for_url(re.compile(r"/server\?d="))
    page.wait_for_selector(f"h1:has-text('{hostname[:3]}'), .hb-host:has-text('{hostname}')")

    assert sign_up.startswith(f"https://{hostname}/")
    assert 3 <= reasons <= 5
    assert page.url == f"{site}/server?d={hostname}"


def test_why_another_server_is_not_suggested_has_an_address(visitor: Callable, site: str) -> None:  # type: ignore[type-arg]
    """For exactly the answers given; whoever gets the address sees it too."""
    closed = json.load(urlopen(f"{site}/api/servers.json?reg=closed&lang=de"))["servers"][0][
        "hostname"
    ]
    page = visitor(f"{site}/?do=any&lang=de&why={closed}")
    _ready(page)

    page.get_by_text("Sign-up: Closed. That is not what you asked for.").wait_for()
    page.get_by_role("link", name="All about it").click()
    page.wait_for_url(f"{site}/server?d={closed}")


def test_the_address_says_the_visitors_own_language(visitor: Callable, site: str) -> None:  # type: ignore[type-arg]
    """A German begins in German, and whoever gets the address sees German too."""
    page = visitor(site, locale="de-DE")

    page.wait_for_url(re.compile("lang=de"))

    other = visitor(page.url, locale="en-GB")
    _ready(other)
    other.get_by_text("Deutsch (German)").locator("visible=true").first.wait_for()


def test_hostile_text_is_shown_and_does_nothing(
    visitor: Callable, site: str, hostile: list[str]
) -> None:  # type: ignore[type-arg]
    """No script of a server runs, and no address of its choice is asked."""
    for hostname in hostile:
        page = visitor(f"{site}/server?d={hostname}")
        dialogs: list[str] = []
        page.on(
            "dialog", lambda dialog, seen=dialogs: (seen.append(dialog.message), dialog.dismiss())
        )
        _ready(page)

        assert [] == _foreign(page, site)
        assert [] == dialogs
        assert 0 == page.locator("img[src*='evil'], script:text('alert')").count()
        assert page.locator("h1").count() == 1


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_sound(
    visitor: Callable,  # type: ignore[type-arg]
    barriers: Callable,  # type: ignore[type-arg]
    site: str,
    published: Path,
    path: str,
) -> None:
    """One h1, headings in order, a language, no barrier such as a nameless control, the banner, nobody else asked."""
    host = _hostnames(published, "is_alive and users_total > 20")[0]
    page = visitor(site + path.format(host=host))
    _ready(page)

    levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(e => +e.tagName[1])")
    assert 1 == levels.count(1)
    assert 1 == levels[0]
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert "en" == page.get_attribute("html", "lang")
    assert [] == barriers(page)
    assert page.get_by_text("Replica data, not the live fediverse").is_visible()
    assert [] == _foreign(page, site)


def test_a_phone_in_the_dark_comes_everywhere(
    visitor: Callable,  # type: ignore[type-arg]
    barriers: Callable,  # type: ignore[type-arg]
    site: str,
) -> None:
    """At 390 pixels tabs at the bottom lead to every page; each fits, and nothing on it is hard to make out."""
    page = visitor(site, viewport={"width": 390, "height": 844}, color_scheme="dark")
    _ready(page)
    tabs = page.locator(".st-key-tabs a")

    tabs.last.wait_for()
    for place in range(tabs.count()):
        before = page.locator("h1").inner_text()
        tabs.nth(place).click()
        if place:
            page.wait_for_function(
                "before => document.querySelector('h1')?.innerText !== before", arg=before
            )
        _ready(page)

        assert [] == barriers(page)
        assert 390 >= page.evaluate("document.documentElement.scrollWidth")

    assert 6 <= tabs.count()


def test_a_server_that_asked_not_to_be_counted_has_no_numbers(
    visitor: Callable, site: str, refusing: str
) -> None:  # type: ignore[type-arg]
    """It exists, and that is all that is said."""
    page = visitor(f"{site}/server?d={refusing}")
    _ready(page)

    assert page.get_by_text("exists and asked not to be counted").is_visible()
    assert 0 == page.locator("[data-testid=stMetric], .js-plotly-plot").count()


def test_a_servers_numbers_carry_their_standing_and_the_rule_behind_it(
    visitor: Callable, site: str, published: Path
) -> None:  # type: ignore[type-arg]
    """A number that is not taken as said is muted, never hidden; its rule, reason and source are there."""
    doubted = _hostnames(
        published,
        "users_active_month_standing = 'implausible' and local_posts_standing = 'reported' and is_alive",
    )[0]
    page = visitor(f"{site}/server?d={doubted}")
    _ready(page)

    muted = page.locator("[class*=st-key-muted_users_active_month]")
    page.get_by_text("How these numbers are judged").click()
    page.get_by_text("Every rule, with its source").wait_for(state="visible")
    told = page.request.get(f"{site}/api/server.json?d={doubted}").json()
    row = page.locator(".hb-table tr", has_text="Active this month").inner_text()

    assert "rose and fell" in row
    assert "<b>users</b>: 3 rises" in row
    assert "our own judgement" in row
    # the address is settled in a second run, which draws everything anew
    muted.get_by_text("implausible").first.wait_for(state="visible")
    assert re.search("[0-9]", muted.inner_text())
    assert 1 == page.locator("[class*=st-key-figure_local_posts]").count()
    assert page.get_by_text("In no audited total: active this month").is_visible()
    assert "our own judgement" in [row["rule_source"] for row in told["standings"]]


def test_growth_is_shown_of_all_and_of_the_same_servers(visitor: Callable, site: str) -> None:  # type: ignore[type-arg]
    """The switch is in the address; what is not growth is told apart, with who said so."""
    page = visitor(f"{site}/growth?m=users_total")
    _ready(page)
    totals = page.get_by_text("of these are in the audited total").inner_text()

    # charts come last and move what is around them
    page.wait_for_selector(".js-plotly-plot .scatterlayer")
    page.get_by_role("radio", name="Same servers").click()
    page.wait_for_url(re.compile("panel=same"))
    told = page.get_by_text("none of it is growth").inner_text()
    _ready(page)
    other = visitor(page.url)
    _ready(other)

    page.get_by_role("radio", name="30 days").click()
    page.wait_for_url(re.compile("from=20"))
    since = re.findall("from=([0-9-]+)", page.url)[0]
    later = page.get_by_text(f"{date.fromisoformat(since):%-d %b %Y} to").first
    later.wait_for()

    assert "Source: Herdbook's own checks" in totals
    assert re.search(r"[0-9]+ born .* discovered .* returned .* left .* with a break", told)
    assert told == other.get_by_text("none of it is growth").inner_text()
    assert other.get_by_text("How long servers live").is_visible()


def test_an_imported_source_has_both_kinds_of_growth(visitor: Callable, site: str) -> None:  # type: ignore[type-arg]
    """Old numbers of others are judged, and compared, as our own are."""
    page = visitor(f"{site}/growth?m=users_total&src=instances.social&panel=same")
    _ready(page)

    told = page.get_by_text("none of it is growth").inner_text()

    assert "imported from instances.social" in told


def test_a_release_that_is_held_back_is_said_on_every_page(
    visitor: Callable,  # type: ignore[type-arg]
    publish: Callable,  # type: ignore[type-arg]
    serve: Callable,  # type: ignore[type-arg]
    tmp_path: Path,
) -> None:
    """Readers see older data, and why."""
    publish(tmp_path, servers=40, days=3)
    (tmp_path / "published" / "held_back.json").write_text(
        json.dumps({"held_back_at": "2026-11-25T04:00:00+00:00", "reasons": ["half as many <b>"]}),
        encoding="utf-8",
    )

    with serve(tmp_path) as site:
        page = visitor(f"{site}/method")
        _ready(page)

        strip = page.locator(".hb-strip", has_text="A newer release is held back: half as many <b>")
        assert "These are the data of" in strip.inner_text()


def test_an_unknown_name_is_answered_with_known_ones(
    visitor: Callable, site: str, refusing: str
) -> None:  # type: ignore[type-arg]
    """Whoever mistypes finds it."""
    page = visitor(f"{site}/server?d=<img src=x onerror=alert(1)>{refusing}")
    _ready(page)
    assert page.get_by_text("Not known here").is_visible()
    assert 0 == page.locator("img[src=x]").count()


def test_thirty_thousand_servers_are_paged_and_filtered(
    visitor: Callable,  # type: ignore[type-arg]
    publish: Callable,  # type: ignore[type-arg]
    serve: Callable,  # type: ignore[type-arg]
    tmp_path: Path,
) -> None:
    """A hundred rows come at a time; the last page and a search are there as well."""
    publish(tmp_path, servers=30_000, days=2, is_replica=False)
    with serve(tmp_path) as site:
        page = visitor(f"{site}/servers?page=2")
        _ready(page)
        second = page.locator("[role=status]", has_text="active in a month").first.inner_text()
        page.get_by_test_id("stTextInputField").fill("amber")
        page.wait_for_url(re.compile("q=amber"))
        page.wait_for_function(
            "before => document.querySelector('[role=status] strong')?.innerText !== before",
            arg=second.split(",")[0],
        )

        assert "Showing 101 to 200" in second
        assert "page=" not in page.url
        assert 0 == page.get_by_text("Replica data").count()


def test_a_page_without_data_fills_by_itself(
    visitor: Callable,  # type: ignore[type-arg]
    publish: Callable,  # type: ignore[type-arg]
    serve: Callable,  # type: ignore[type-arg]
    tmp_path: Path,
) -> None:
    """Nobody reloads: the first publication appears, and a late one says so."""
    with serve(tmp_path) as site:
        page = visitor(site)
        first = page.locator("h1").inner_text()
        publish(tmp_path, published_at=datetime.now(UTC) - timedelta(days=3), crawl_is_running=True)
        page.wait_for_selector("h1:has-text('Find your home')")
        _ready(page)

        assert "First results in a moment" == first
        assert page.get_by_text("the crawler is late").is_visible()
        assert page.get_by_text("A crawl is going on").is_visible()


@pytest.fixture(scope="session")
def hostile(published: Path) -> list[str]:
    """Servers that say hostile things of themselves."""
    return _hostnames(published, "title like '%<script>%' or title like '![%' or title like '%$x%'")


@pytest.fixture(scope="session")
def refusing(published: Path) -> str:
    """A server that asked not to be counted."""
    return _hostnames(published, "is_counting_refused")[0]


def _hostnames(folder: Path, condition: str) -> list[str]:
    with duckdb.connect(folder / "published" / "herdbook.duckdb", read_only=True) as connection:
        rows = connection.execute(
            f"select hostname from marts.instances where {condition} order by hostname"
        ).fetchall()
    return [row[0] for row in rows]
