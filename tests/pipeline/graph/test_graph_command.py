"""`herdbook graph` writes files that other programs read, whatever servers are called."""

import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.graph_command import Export, read_export, write
from pipeline.read import Published


@pytest.fixture(autouse=True)
def _data(networked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERDBOOK_DATA", str(networked.data))


def _truth(networked: Any) -> nx.DiGraph:
    small = {"s77.example", "s78.example", "s79.example"}
    return nx.DiGraph(edge for edge in networked.truth[-1] if not small & set(edge))


@pytest.mark.parametrize("suffix", ["graphml", "gexf"])
def test_knows_is_the_truth_without_very_small_servers(
    suffix: str, networked: Any, tmp_path: Path
) -> None:
    """NetworkX reads back every link, one way."""
    path = tmp_path / f"knows.{suffix}"

    done = CliRunner().invoke(app, ["graph", str(path), "--graph", "knows"])

    assert 0 == done.exit_code, done.output
    found = nx.read_graphml(path) if suffix == "graphml" else _gexf(path)
    assert set(_truth(networked).edges) == set(found.edges)
    assert found.is_directed()


def test_mutual_has_each_link_once(networked: Any, tmp_path: Path) -> None:
    """Without a direction."""
    path = tmp_path / "mutual.graphml"

    CliRunner().invoke(app, ["graph", str(path), "--graph", "mutual"])

    found = nx.read_graphml(path)
    truth = _truth(networked).to_undirected(reciprocal=True)
    assert {frozenset(edge) for edge in truth.edges} == {frozenset(edge) for edge in found.edges}
    assert not found.is_directed()


def test_the_backbone_has_attributes_and_places(tmp_path: Path, published: Published) -> None:
    """What servers run, how many people they have, their community and their place on the map."""
    path = tmp_path / "backbone.gexf"

    CliRunner().invoke(app, ["graph", str(path)])

    found = _gexf(path)
    assert published.graph_links("backbone").num_rows == found.number_of_edges() > 0
    told = found.nodes["s1.example"]
    assert ("misskey", "990", "<&> 1�") == (
        told["software_name"],
        told["users_active_month"],
        told["title"],
    )
    assert all(weight > 0 for _, _, weight in found.edges.data("weight"))


def test_parquet_has_links_and_servers(tmp_path: Path, published: Published) -> None:
    """Two tables: the links, and the servers beside them."""
    path = tmp_path / "backbone.parquet"

    CliRunner().invoke(app, ["graph", str(path)])

    assert published.graph_links("backbone").equals(pq.read_table(path))
    servers = pq.read_table(tmp_path / "backbone.servers.parquet")
    assert published.graph_servers("backbone").equals(servers)


@pytest.mark.parametrize("arguments", [["x.csv"], ["x.gexf", "--graph", "all"]])
def test_what_it_does_not_know_is_refused(arguments: list[str], tmp_path: Path) -> None:
    """With what there is."""
    done = CliRunner().invoke(app, ["graph", str(tmp_path / arguments[0]), *arguments[1:]])

    assert 2 == done.exit_code
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", ["graphml", "gexf"])
def test_every_character_makes_a_valid_file(
    suffix: str, tmp_path: Path, published: Published
) -> None:
    """All of Unicode in titles and in names: what XML has no character for is replaced."""
    export = read_export(published, "backbone")
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    rows = export.servers.to_pylist()[:2]
    rows[0] |= {
        "title": every.encode("utf-8", "ignore").decode(),
        "hostname": 'a"<&>\x00]]>.example',
    }
    hostile = Export(
        name="backbone",
        servers=pa.Table.from_pylist(rows, schema=export.servers.schema),
        links=export.links.slice(0, 0),
        published_at="2026-03-20",
    )
    path = tmp_path / f"hostile.{suffix}"

    write(hostile, path)

    names = [
        node.get("id") for node in ElementTree.parse(path).iter() if node.tag.endswith("}node")
    ]
    assert ['a"<&>�]]>.example', rows[1]["hostname"]] == names


def _gexf(path: Path) -> nx.Graph:
    """NetworkX warns about its own reader; the file is read by its rules here."""
    tree = ElementTree.parse(path)
    space = {"g": "http://gexf.net/1.3"}
    graph = tree.find("g:graph", space)
    assert graph is not None
    found = nx.DiGraph() if graph.get("defaultedgetype") == "directed" else nx.Graph()
    for node in graph.iterfind("g:nodes/g:node", space):
        values = node.iterfind("g:attvalues/g:attvalue", space)
        found.add_node(node.get("id"), **{v.get("for", ""): v.get("value") for v in values})
    for edge in graph.iterfind("g:edges/g:edge", space):
        found.add_edge(edge.get("source"), edge.get("target"), weight=float(edge.get("weight", 1)))
    return found
