"""The graphs that say more than a name: who follows, links and blocks whom, and how much."""

from collections.abc import Callable
from contextlib import closing as _closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from crawler.hostname import Hostname
from crawler.records import Liveness, PeerDetail, PeerKind
from pipeline import optouts
from pipeline.frontier import DuckDBFrontier
from pipeline.graph_command import read_export, write
from pipeline.publish import publish_warehouse
from pipeline.read import Published

ALLOWED = {"video.example", "tube.example", "note.example", "key.example", "lemmy.example"}


@pytest.fixture
def told(frontier_of: Callable[..., DuckDBFrontier], made: Any) -> DuckDBFrontier:
    """PeerTube, Misskey and Lemmy, a small server, and one that asks not to be counted."""
    frontier = frontier_of()
    follows = made.peers("tube.example", "small.example", kind=PeerKind.FOLLOWS)
    followed = made.peers("video.example", "key.example", kind=PeerKind.FOLLOWED_BY)
    far = made.peers(
        "key.example",
        "small.example",
        "private.example",
        "tube.example",
        details=(
            PeerDetail(following_count=7, followers_count=3),
            PeerDetail(following_count=9),
            PeerDetail(following_count=9),
            PeerDetail(following_count=0, users_count=4),
        ),
    )
    near = made.peers("note.example", details=(PeerDetail(following_count=2, followers_count=5),))
    linked = made.peers(
        "note.example", "tube.example", details=(PeerDetail(liveness=Liveness.FAILING), None)
    )
    blocked = made.peers(
        "key.example", kind=PeerKind.BLOCKS, details=(PeerDetail(severity="suspend"),)
    )
    many = made.nodeinfo
    frontier.store(
        [
            made.check(
                "video.example", nodeinfo=many("peertube", users_total=50), peer_lists=(follows,)
            ),
            made.check(
                "tube.example", nodeinfo=many("peertube", users_total=50), peer_lists=(followed,)
            ),
            made.check("note.example", nodeinfo=many("misskey", users_total=50), peer_lists=(far,)),
            made.check("key.example", nodeinfo=many("misskey", users_total=50), peer_lists=(near,)),
            made.check(
                "lemmy.example",
                nodeinfo=many("lemmy", users_total=50),
                peer_lists=(linked, blocked),
            ),
            made.check("small.example", nodeinfo=many("misskey", users_total=3)),
            made.check("private.example", nodeinfo=many("misskey"), is_counting_refused=True),
            *(
                made.check(
                    f"n{n}.example", nodeinfo=many(), peer_lists=(made.peers("private.example"),)
                )
                for n in range(10)
            ),
        ]
    )
    return frontier


def _published(frontier: DuckDBFrontier, made: Any) -> Published:
    at = made.at + timedelta(hours=1)
    path = publish_warehouse(frontier.warehouse, published_at=at, checks_promises=True)
    return Published(path.parent.parent)


def test_each_graph_has_its_links(told: DuckDBFrontier, made: Any) -> None:
    """Said by either end it is one link; the larger of two numbers counts; zero follows are no link."""
    day = date(2026, 3, 20)

    with _closing(_published(told, made)) as published:
        found = {
            graph: [tuple(row.values()) for row in published.graph_links(graph).to_pylist()]
            for graph in ("follows", "people_follow", "lemmy_links", "blocks")
        }
        totals = published.told_totals()

    assert {
        "follows": [
            ("key.example", "tube.example", None, None, None, day),
            ("video.example", "tube.example", None, None, None, day),
        ],
        "people_follow": [
            ("key.example", "note.example", 3.0, None, None, day),
            ("note.example", "key.example", 7.0, None, None, day),
        ],
        "lemmy_links": [
            ("lemmy.example", "note.example", None, None, "failing", day),
            ("lemmy.example", "tube.example", None, None, None, day),
        ],
        "blocks": [("lemmy.example", "key.example", None, "suspend", None, day)],
    } == found
    assert {"follows": 2, "people_follow": 2, "lemmy_links": 2, "blocks": 1} == dict(
        zip(totals["graph"], totals["links_count"], strict=True)
    )


def test_nothing_is_told_of_small_servers_nor_of_those_who_refuse(
    told: DuckDBFrontier, made: Any
) -> None:
    """Numbers of a server that asks not to be counted are its own, whoever says them."""
    with _closing(_published(told, made)) as published:
        details = published.query(
            "select distinct hostname from marts.peer_details "
            "join marts.hostnames on id in (source_id, target_id)"
        )

    assert set(details["hostname"]) == ALLOWED - {"video.example"}


def test_who_opts_out_leaves_the_graphs_that_say_more(
    told: DuckDBFrontier, made: Any, tmp_path: Path
) -> None:
    """CON-05: what others say of it goes too, from the warehouse and from what is published."""
    asked = {"reason": "asked", "source": "mail", "added_on": date(2026, 3, 20)}
    optouts.add(tmp_path, Hostname("key.example"), **asked)

    optouts.apply(told.warehouse)
    with _closing(_published(told, made)) as published:
        links = published.query("select source_hostname, target_hostname from marts.told_links")
        details = published.query("select count(*) as n from marts.peer_details")["n"].tolist()

    assert {"video.example", "tube.example", "lemmy.example", "note.example"} == set(
        links.to_numpy().ravel()
    )
    assert [2] == details  # of tube.example and note.example


@pytest.mark.parametrize("suffix", ["graphml", "gexf"])
def test_exports_have_weights_and_words(
    suffix: str, told: DuckDBFrontier, made: Any, tmp_path: Path
) -> None:
    """Follows are the weight of a link, a block has its severity; all of them go one way."""
    with _closing(_published(told, made)) as published:
        for graph in ("people_follow", "blocks"):
            write(read_export(published, graph), tmp_path / f"{graph}.{suffix}")

    if suffix == "graphml":
        people = nx.read_graphml(tmp_path / "people_follow.graphml")
        blocks = nx.read_graphml(tmp_path / "blocks.graphml")
        assert 7.0 == people.edges["note.example", "key.example"]["strength"]
        assert "suspend" == blocks.edges["lemmy.example", "key.example"]["severity"]
        assert people.is_directed()
    else:
        assert 'weight="7.0"' in (tmp_path / "people_follow.gexf").read_text()
        assert (
            '<attvalue for="severity" value="suspend"/>' in (tmp_path / "blocks.gexf").read_text()
        )
