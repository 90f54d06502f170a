"""The page of the network: its map, its tables, its addresses; and its figures."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pandas as pd
import pytest

from dashboard import network_charts
from pipeline.dictionary import Relation, relations

NETWORK = Path(__file__).with_name("network.sql")
READ = {
    "graph_nodes",
    "graph_totals",
    "backbone_edges",
    "communities",
    "hosting",
    "outages",
    "told_links",
    "reach",
    "events",
}

SERVERS = pd.DataFrame(
    {
        "hostname": [f"h{n}.example" for n in range(12)],
        "x": [float(n) for n in range(12)],
        "y": [0.0] * 12,
        "links_count": range(12),
        "users_active_month": [None, *range(11)],
    }
)


def _with_network(folder: Path) -> Path:
    with duckdb.connect(folder / "published" / "herdbook.duckdb") as connection:
        connection.execute(NETWORK.read_text(encoding="utf-8"))
    return folder


@pytest.fixture(scope="module")
def networked(publish: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with made-up servers and a made-up graph of them."""
    return _with_network(publish(tmp_path_factory.mktemp("network")))


@pytest.fixture(scope="module")
def network_site(networked: Path, serve: Any) -> Iterator[str]:
    """Address of a site that shows it."""
    with serve(networked) as address:
        yield address


@pytest.mark.parametrize(
    "relation",
    [relation for relation in relations("marts") if relation.name in READ],
    ids=lambda relation: relation.name,
)
def test_the_made_up_graph_has_the_columns_of_its_marts(
    networked: Path, relation: Relation
) -> None:
    """Pages tested on it would find the same columns in real data."""
    file = networked / "published" / "herdbook.duckdb"

    with duckdb.connect(file, read_only=True) as connection:
        described = connection.execute(f"describe {relation.full_name}").fetchall()

    assert list(relation.columns) == [row[0] for row in described]


LINKS = pd.DataFrame(
    {
        "source_hostname": ["h1.example", "h1.example", "h3.example"],
        "target_hostname": ["h2.example", "gone.example", "h1.example"],
    }
)


def test_small_groups_share_a_colour() -> None:
    """Seven groups have a colour and a name, the others are together."""
    groups = [f"g{n // 2 if n < 6 else n}" for n in range(12)]

    found = network_charts.map_data(SERVERS, groups, LINKS)["groups"]

    assert 8 == len(found["names"]) == len(set(found["colours"]))
    assert "other" == found["names"][-1]
    assert [0, 0, 1, 1, 2, 2] == found["of"][:6]
    assert 2 == found["of"].count(7)


def test_links_are_places_of_servers_that_are_drawn() -> None:
    """A link to a server that is not on the map is left out."""
    found = network_charts.map_data(SERVERS, ["all"] * 12, LINKS, focus="h1.example")

    assert [1, 2, 3, 1] == found["links"]
    assert [None, 0, 1] == found["active"][:3]
    assert "h1.example" == found["focus"]


def test_not_said_is_the_smallest_dot() -> None:
    """Areas grow with the active people."""
    found = network_charts.sizes(pd.Series([None, 0, 25, 100]), 100)

    assert found[0] == found[1] == network_charts.SMALLEST
    assert found[3] == network_charts.LARGEST
    assert found[2] - network_charts.SMALLEST == pytest.approx(
        (found[3] - network_charts.SMALLEST) / 2
    )


@pytest.mark.browser
def test_the_network_is_shown_and_has_an_address(
    visitor: Callable[..., Any], network_site: str
) -> None:
    """The map is drawn; a focus and an outage in the address are shown to everybody who opens it."""
    hostname = _somebody(network_site, visitor)

    page = visitor(
        f"{network_site}/network?by=software&focus={hostname}&out=country&key=FR&g=blocks"
    )
    page.wait_for_selector("[data-test-script-state=notRunning] .hb-footer")

    page.wait_for_selector(".map canvas")
    assert "map.js" in " ".join(page.asked)
    assert page.get_by_text(re.compile("As far as published blocks tell")).is_visible()
    page.get_by_text("Active people stranded").wait_for(state="visible")
    page.get_by_text(re.compile("Blocks: the one says publicly")).wait_for(state="visible")
    page.get_by_text(re.compile("the provider is known of")).wait_for(state="visible")
    assert "key=FR" in page.url
    assert f"focus={hostname}" in page.url
    home = urlsplit(network_site).netloc
    foreign = [a for a in page.asked if urlsplit(a).netloc not in (home, "")]
    assert [] == [a for a in foreign if urlsplit(a).scheme not in ("data", "blob")]


@pytest.mark.browser
def test_the_map_is_walked_by_keys_and_a_click_chooses(
    visitor: Callable[..., Any], network_site: str
) -> None:
    """N goes to the most active server and says it, Enter opens it; a click on its dot does the same."""
    page = visitor(f"{network_site}/network", reduced_motion="reduce")
    page.wait_for_selector("[data-test-script-state=notRunning] .hb-footer")
    canvas = page.locator(".map[data-focus] canvas")

    canvas.press("n")
    walked = page.locator(".map .said", has_text="Strong links").inner_text().partition(",")[0]
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"focus={re.escape(walked)}"))
    page.locator(f'.map[data-focus="{walked}"]').wait_for()
    canvas.press("n")
    box = canvas.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    pointed = page.locator(".map .tip", has_text="Strong links").inner_text().partition("\n")[0]
    page.mouse.click(*middle)

    page.wait_for_url(re.compile(f"focus={re.escape(pointed)}"))
    assert walked != pointed


@pytest.mark.browser
def test_headings_are_in_order_and_a_phone_scrolls_down_only(
    visitor: Callable[..., Any], barriers: Callable[[object], list[str]], network_site: str
) -> None:
    """One h1, then the parts; at 390 pixels nothing sticks out, and nothing shuts people out."""
    page = visitor(f"{network_site}/network", viewport={"width": 390, "height": 844})
    page.wait_for_selector("[data-test-script-state=notRunning] .hb-footer")

    levels = page.eval_on_selector_all("h1, h2, h3", "all => all.map(e => +e.tagName[1])")
    assert [1, 2] == sorted(set(levels))
    assert 1 == levels[0]
    assert 390 >= page.evaluate("document.documentElement.scrollWidth")
    assert [] == barriers(page)


@pytest.mark.browser
def test_a_file_without_a_graph_says_so(visitor: Callable[..., Any], site: str) -> None:
    """A file that was published before there was a graph is no error page."""
    page = visitor(f"{site}/network")

    page.get_by_text(re.compile("published by an older version")).wait_for(state="visible")


def _somebody(site: str, visitor: Callable[..., Any]) -> str:
    page = visitor(f"{site}/servers")
    found = page.request.get(f"{site}/api/servers.json").json()["servers"]
    return str(found[0]["hostname"])
