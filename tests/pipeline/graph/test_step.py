"""The graph is computed when a crawl ends, kept by day, and shows nothing of very small servers."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from crawler.hostname import Hostname
from crawler.outcome import Outcome
from pipeline.dictionary import Relation, failing_rows, relations
from pipeline.exceptions import PublishedOlder, QueryRefused
from pipeline.publish import publish, publish_warehouse
from pipeline.read import Published
from pipeline.warehouse import Warehouse

MARTS = [
    relation
    for relation in relations("marts")
    if relation.name
    in {
        "graph_nodes",
        "graph_totals",
        "backbone_edges",
        "communities",
        "outages",
        "hostnames",
        "peer_edges",
        "peer_edges_past",
        "peer_details",
        "peer_links",
        "shown_hosts",
        "told_links",
        "reach",
        "events",
    }
]
LATER = datetime(2026, 3, 23, tzinfo=UTC)


@pytest.fixture
def copied(networked: Any, tmp_path: Path) -> Path:
    """A copy of the network that a test may change."""
    return Path(shutil.copytree(networked.data, tmp_path / "data"))


@pytest.mark.parametrize("relation", MARTS, ids=lambda relation: relation.name)
def test_graph_marts_keep_their_promises(
    relation: Relation, rows: duckdb.DuckDBPyConnection
) -> None:
    """Each is filled by a network, and holds what its header says."""
    (count,) = rows.execute(f"select count(*) from {relation.full_name}").fetchall()[0]

    assert [] == failing_rows(rows, relation)
    assert count > 0


def test_each_day_has_its_graph(networked: Any, published: Published) -> None:
    """After three crawls with changes, hidings and returns, as-of reads equal the truth edge by edge."""
    small = {"s77.example", "s78.example", "s79.example"}
    for day, truth in zip(networked.days, networked.truth, strict=True):
        found = published.edges_as_of(day)

        shown = {edge for edge in truth if not small & set(edge)}
        assert shown == set(zip(found["source_hostname"], found["target_hostname"], strict=True))
        assert len(shown) == len(found)


def test_totals_are_kept_by_day(networked: Any, published: Published) -> None:
    """Three crawls on three days leave three rows of each graph, which agree with the truth."""
    found = published.graph_totals()

    knows = found[found["graph"] == "knows"]
    assert networked.days == [day.date() for day in knows["day_on"]]
    assert [len(truth) for truth in networked.truth] == knows["edges_count"].tolist()
    mutual = found[found["graph"] == "mutual"]["edges_count"].tolist()
    pairs = [sum((b, a) in truth for a, b in truth) // 2 for truth in networked.truth]
    assert pairs == mutual


def test_planted_communities_keep_their_labels(
    copied: Path, rows: duckdb.DuckDBPyConnection
) -> None:
    """The four parts are four communities, and are the same numbers after the next publish."""
    nodes = "select hostname, community, x, y from marts.graph_nodes where graph = 'backbone' and x is not null order by all"
    before = rows.execute(nodes).fetchall()

    publish(copied, published_at=LATER)

    with duckdb.connect(copied / "published" / "herdbook.duckdb", read_only=True) as connection:
        after = connection.execute(nodes).fetchall()
    assert {0, 1, 2, 3} == {row[1] for row in before}
    parts = {(int(row[0].split(".")[0][1:]) % 4, row[1]) for row in before}
    assert 4 == len(parts)
    assert [row[:2] for row in before] == [row[:2] for row in after]
    moved = np.array([row[2:] for row in before]) - np.array([row[2:] for row in after])
    assert np.median(np.linalg.norm(moved, axis=1)) < 0.3


def test_communities_say_what_they_are(published: Published) -> None:
    """Language, software, the three largest and how much stays inside."""
    found = published.communities()

    assert {"de", "en", "fr", "ja"} == set(found["language"])
    assert all(ratio == 1.0 for ratio in found["language_ratio"])
    assert all(len(names) == 3 for names in found["largest_hostnames"])
    assert all(ratio > 0.8 for ratio in found["inner_ratio"])


def test_links_of_very_small_servers_are_not_shown(
    rows: duckdb.DuckDBPyConnection, published: Published
) -> None:
    """They are in the graphs' numbers, but on no map and in no list of links."""
    small = ["s77.example", "s78.example", "s79.example"]

    assert small == [
        name
        for (name,) in rows.execute(
            "select hostname from marts.graph_nodes where graph = 'knows' and not is_shown order by all"
        ).fetchall()
    ]
    for graph in ("knows", "mutual", "backbone"):
        links = published.graph_links(graph)
        ends = {*links["source_hostname"].to_pylist(), *links["target_hostname"].to_pylist()}
        assert not ends & set(small)
    assert not set(small) & set(published.network_map()["hostname"])


def test_who_is_unknown_but_well_known_is_shown(published: Published) -> None:
    """A server that does not say how many people it has is shown when ten servers name it."""
    assert "s76.example" in published.graph_servers("knows")["hostname"].to_pylist()


def test_while_a_crawl_goes_on_the_last_graph_is_published(copied: Path) -> None:
    """Computing takes minutes; a publish in between shows what was computed last."""
    with Warehouse.open(copied) as warehouse:
        warehouse.connection.execute("delete from raw.peer_edges_told")

        publish_warehouse(warehouse, published_at=LATER)

    totals = Published(copied).graph_totals()
    assert 3 == len(totals[totals["graph"] == "knows"])
    assert totals["edges_count"].min() > 0


def test_who_opts_out_leaves_the_graph_at_once(copied: Path) -> None:
    """Also where the graph is not computed anew."""
    with Warehouse.open(copied) as warehouse:
        warehouse.connection.execute("insert into raw.optouts values ('s5.example')")

        publish_warehouse(warehouse, published_at=LATER)

    with duckdb.connect(copied / "published" / "herdbook.duckdb", read_only=True) as connection:
        for table, column in (
            ("graph_nodes", "hostname"),
            ("backbone_edges", "source_hostname"),
            ("backbone_edges", "target_hostname"),
            ("peer_edges_past", "source_hostname"),
            ("peer_edges_past", "target_hostname"),
            ("outages", "key"),
            ("reach", "hostname"),
            ("events", "hostname"),
        ):
            query = f"select count(*) from marts.{table} where {column} = 's5.example'"
            assert [(0,)] == connection.execute(query).fetchall(), table
        names = "select unnest(largest_hostnames) from marts.communities"
        assert ("s5.example",) not in connection.execute(names).fetchall()


def test_outages_of_the_largest_strand_more_than_random_ones(published: Published) -> None:
    """Both curves are there, with the same counts."""
    aimed, chance = published.outages("largest"), published.outages("random")

    assert aimed["key"].tolist() == chance["key"].tolist()
    assert (aimed["active_ratio"] >= chance["active_ratio"]).all()


def test_outages_of_groups_are_played_through(published: Published) -> None:
    """Software and registrable domains go as a whole."""
    software = published.outages("software").set_index("key")

    assert {"mastodon", "misskey", "lemmy"} == set(software.index)
    assert 27 == software.loc["mastodon", "removed_count"]
    assert 5 == published.outages("domain").set_index("key").loc["farm.example", "removed_count"]
    assert "s0.farm.example" in published.outages("server")["key"].tolist()


def test_reach_counts_blocks_both_ways(published: Published) -> None:
    """Who blocks and who is blocked miss each other's people; a limit is no block."""
    blocking, blocked, limited, else_where = (
        published.reach(f"s{number}.example") for number in (7, 1, 2, 3)
    )

    assert blocking is not None
    assert blocked is not None
    assert limited is not None
    assert else_where is not None
    assert (79, 78, 79, 79) == (
        blocking["servers_count"],
        blocking["servers_reached"],
        limited["servers_reached"],
        else_where["servers_reached"],
    )
    assert 990 == blocking["active_total"] - blocking["active_reached"]
    assert 930 == blocked["active_total"] - blocked["active_reached"]
    assert (True, False) == (blocking["is_list_published"], blocked["is_list_published"])
    assert 0 == blocking["coverage_ratio"]
    assert blocked["coverage_ratio"] == pytest.approx(930 / blocked["active_total"])
    assert published.reach("nobody.example") is None


def test_events_are_dated_and_name_no_blocked_server(published: Published) -> None:
    """A longer block list is an event of who blocks; its first list is not."""
    found = published.events("s7.example")

    told = list(
        zip(found["happened_on"].dt.day, found["event"], found["servers_count"], strict=True)
    )
    assert [(21, "blocks_added", 1)] == told[:1]
    assert ["first_answered"] == found["event"].tolist()[1:]
    assert found["said_after"].isna().all()


def test_what_there_is_not_is_refused(published: Published) -> None:
    """A graph or an outage nobody knows is named, not an empty table."""
    unknown: Any = "everything"

    with pytest.raises(QueryRefused, match="knows, mutual, backbone"):
        published.graph_links(unknown)
    with pytest.raises(QueryRefused, match="everything"):
        published.outages(unknown)


def test_a_file_from_before_the_graph_is_named(copied: Path) -> None:
    """Whoever opens it learns what to do."""
    with duckdb.connect(copied / "published" / "herdbook.duckdb") as connection:
        connection.execute("drop table marts.graph_totals")

    with pytest.raises(PublishedOlder, match="herdbook publish"):
        Published(copied).graph_totals()


def test_a_server_is_told_in_each_graph(published: Published) -> None:
    """Its numbers, and whom it is linked with, the strongest first."""
    node = published.graph_node("s1.example")
    near = published.backbone_neighbours("s1.example", rows=3)

    assert ["backbone", "knows", "mutual"] == node["graph"].tolist()
    assert 3 == len(near)
    assert near["strength"].is_monotonic_decreasing
    assert published.graph_node("nobody.example").empty


def test_lives_of_servers_are_told(
    frontier_of: Callable[..., Any], made: Any, clock: Any, rows_of: Any, warehouse: Warehouse
) -> None:
    """Sign-ups open and close, software changes, servers fall silent and come back, and move."""

    def visit(crawl: int, **told: Any) -> None:
        frontier = frontier_of(crawl_id=f"c{crawl}")
        frontier.store([made.check("a.example", started_at=clock.at, **told)])
        clock.forward(days=1)

    visit(1, nodeinfo=made.nodeinfo("mastodon", is_open_registrations=True))
    visit(2, nodeinfo=made.nodeinfo("mastodon", is_open_registrations=False))
    visit(3, nodeinfo=made.nodeinfo("glitchcafe", is_open_registrations=True))
    visit(4, outcome=Outcome.TIMED_OUT)
    clock.forward(days=8)
    visit(5, nodeinfo=made.nodeinfo("glitchcafe"))
    visit(
        6,
        outcome=Outcome.REDIRECTED_AWAY,
        moved_to=Hostname("b.example"),
    )
    publish_warehouse(warehouse, published_at=clock.at)

    found = Published(warehouse.path.parent).events("a.example")

    told = list(zip(found["happened_on"].dt.day, found["event"], found["said_after"], strict=True))
    assert {
        (20, "first_answered", None),
        (21, "registration_closed", "closed"),
        (22, "registration_opened", "open"),
        (22, "software_changed", "glitchcafe"),
        (29, "fell_silent", None),
        (1, "answers_again", None),
        (2, "moved", "b.example"),
    } == {(day, event, None if after != after else after) for day, event, after in told}
