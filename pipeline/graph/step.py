"""From the warehouse's edges to tables about the graph: what the last publish of a crawl computes.

Three graphs over the servers that are live: `knows` is what their lists say, raw; `mutual` is what both
ends say; `backbone` is what chance does not explain of `mutual`, among servers whose links are shown.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.graph import edges, metrics
from pipeline.graph.backbone import Backbone, backbone
from pipeline.graph.communities import kept_labels, leiden
from pipeline.graph.edges import Bits, Graph, Numbers, Ratios
from pipeline.graph.layout import layout
from pipeline.graph.outage import Outage, Servers, at_random, largest, outage
from pipeline.warehouse import statement

SERVERS_MOST = 60_000
"""Servers of the graphs, the most named first: their rows of bits take 450 MB."""

COUNTS = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
"""How many of the largest, or of any, are taken away."""

SERVERS_PLAYED = 100
"""Largest servers whose outage is played through one by one."""

GROUPS_PLAYED = 30
"""Largest software families, domains, providers, countries and CDNs whose outage is played through."""

SEED = 20260320
"""Every draw begins here."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """The three graphs and what is drawn of them."""

    hostnames: list[str]
    servers: Servers
    is_shown: NDArray[np.bool_]
    graphs: dict[str, Graph]
    rows: dict[str, Bits]
    skeleton: Backbone
    communities: Numbers
    places: Ratios


def compute(connection: duckdb.DuckDBPyConnection, at: datetime) -> None:
    """Compute the graph tables from `marts.instances` and the edges, and keep them."""
    found = _run(connection, "servers", most=SERVERS_MOST).to_arrow_table()
    first_new = _run(connection, "first_new").fetchall()
    known = int(first_new[0][0]) if first_new else 0
    network = build(found, _links(connection, found), first_new=known)
    highest = int(network.communities.max(initial=known - 1)) + 1
    tables = {
        "graph_nodes": _nodes(network),
        "backbone_edges": _backbone_edges(network),
        "graph_totals": _totals(network, at),
        "outages": _outages(network),
        "first_new": pa.table({"value": [str(max(known, highest))]}),
    }
    connection.begin()
    try:
        for name, rows in tables.items():
            connection.register("computed_rows", rows)
            connection.execute(statement("graph", f"keep_{name}"))
            connection.unregister("computed_rows")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def build(found: pa.Table, links: tuple[Any, Any], *, first_new: int = 0) -> Network:
    """Make the three graphs of some servers, and draw the map."""
    size = found.num_rows
    is_shown = _column(found, "is_shown", np.bool_, False)
    knows = edges.directed(size, *links)
    mutual = edges.mutual(knows, np.ones(size, bool))
    both_shown = is_shown[mutual.sources] & is_shown[mutual.targets]
    skeleton = backbone(mutual.only(both_shown), seed=SEED)
    graphs = {"knows": knows, "mutual": mutual, "backbone": skeleton.graph}
    before = _column(found, "community", np.int64, -1)
    places = np.column_stack([_column(found, axis, np.float64, np.nan) for axis in ("x", "y")])
    fresh = leiden(skeleton.graph, skeleton.strengths, seed=SEED)
    return Network(
        hostnames=found["hostname"].to_pylist(),
        servers=Servers(
            users=_column(found, "users_total", np.float64, np.nan),
            active=_column(found, "users_active_month", np.float64, np.nan),
            software=found["software_name"].to_pylist(),
            domains=found["registrable_domain"].to_pylist(),
            providers=found["provider"].to_pylist(),
            countries=found["country"].to_pylist(),
            cdns=found["cdn"].to_pylist(),
        ),
        is_shown=is_shown,
        graphs=graphs,
        rows={name: edges.rows_of_bits(graph) for name, graph in graphs.items()},
        skeleton=skeleton,
        communities=kept_labels(fresh, before, first_new),
        places=layout(skeleton.graph, places, seed=SEED),
    )


def _links(connection: duckdb.DuckDBPyConnection, found: pa.Table) -> tuple[Any, Any]:
    places = pa.array(np.arange(found.num_rows, dtype=np.int32))
    connection.register("graph_servers", pa.table({"id": found["id"], "place": places}))
    try:
        links = _run(connection, "links").to_arrow_table()
    finally:
        connection.unregister("graph_servers")
    return links["source"].to_numpy(), links["target"].to_numpy()


def _nodes(network: Network) -> pa.Table:
    size = len(network.hostnames)
    nothing = np.full(size, np.nan)
    tables = []
    for name, graph in network.graphs.items():
        said = metrics.node_numbers(graph, seed=SEED)
        is_backbone = name == "backbone"
        communities = network.communities if is_backbone else np.full(size, -1)
        places = network.places if is_backbone else np.column_stack((nothing, nothing))
        between = said.betweenness if said.betweenness is not None else nothing
        errors = said.betweenness_errors if said.betweenness_errors is not None else nothing
        tables.append(
            pa.table(
                {
                    "hostname": pa.array(network.hostnames, pa.string()),
                    "graph": pa.array([name] * size, pa.string()),
                    "in_degree": said.in_degrees,
                    "out_degree": said.out_degrees,
                    "pagerank": said.pageranks,
                    "core": said.cores,
                    "betweenness": pa.array(between, from_pandas=True),
                    "betweenness_error": pa.array(errors, from_pandas=True),
                    "community": pa.array(communities, mask=communities < 0),
                    "x": pa.array(places[:, 0], from_pandas=True),
                    "y": pa.array(places[:, 1], from_pandas=True),
                    "is_shown": network.is_shown,
                }
            )
        )
    return pa.concat_tables(tables)


def _backbone_edges(network: Network) -> pa.Table:
    graph, names = network.skeleton.graph, network.hostnames
    pairs = [
        sorted((names[source], names[target]))
        for source, target in zip(graph.sources.tolist(), graph.targets.tolist(), strict=True)
    ]
    return pa.table(
        {
            "source_hostname": pa.array([first for first, _ in pairs], pa.string()),
            "target_hostname": pa.array([second for _, second in pairs], pa.string()),
            "strength": network.skeleton.strengths,
        }
    )


def _totals(network: Network, at: datetime) -> pa.Table:
    kinds = {name: n for n, name in enumerate(dict.fromkeys(network.servers.software)) if name}
    software = np.array([kinds.get(name or "", -1) for name in network.servers.software], np.int64)
    telling = int((network.graphs["knows"].out_degrees > 0).sum())
    communities = len(np.unique(network.communities[network.communities >= 0]))
    rows = []
    for name, graph in network.graphs.items():
        skeleton = network.skeleton if name == "backbone" else None
        said = metrics.totals(
            graph,
            software=software,
            communities=network.communities if communities else None,
            weights=skeleton.strengths if skeleton else None,
            rows=network.rows[name],
            seed=SEED,
        )
        rows.append(
            asdict(said)
            | {
                "day_on": at.date(),
                "graph": name,
                "telling_count": telling,
                "communities_count": communities,
                "significance_level": skeleton.level if skeleton else None,
                "likelihood_count": skeleton.likelihood_count if skeleton else None,
                "disparity_count": skeleton.disparity_count if skeleton else None,
            }
        )
    return pa.Table.from_pylist(rows)


def _outages(network: Network) -> pa.Table:
    rows = []
    for kind, key, removed in _played(network):
        found = outage(network.servers, network.rows, removed)
        rows.append({"kind": kind, "key": key, **_flat(found)})
    return pa.Table.from_pylist(rows) if rows else _NO_OUTAGES


def _played(network: Network) -> Iterator[tuple[str, str, Numbers]]:
    servers = network.servers
    by_size = largest(servers, servers.count)
    for place in by_size[:SERVERS_PLAYED].tolist():
        yield "server", network.hostnames[place], np.array([place])
    random = at_random(servers, seed=SEED)
    for count in COUNTS:
        if count < servers.count:
            yield "largest", str(count), by_size[:count]
            yield "random", str(count), random[:count]
    for kind, names, least in (
        ("software", servers.software, 1),
        ("domain", servers.domains, 2),
        ("provider", servers.providers, 1),
        ("country", servers.countries, 1),
        ("cdn", servers.cdns, 1),
    ):
        groups: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            if name:
                groups.setdefault(name, []).append(place)
        large = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
        for name, places in large[:GROUPS_PLAYED]:
            if len(places) >= least:
                yield kind, name, np.array(places)


def _flat(found: Outage) -> dict[str, Any]:
    told = asdict(found)
    cuts = told.pop("cuts")
    for graph, said in cuts.items():
        told |= {f"{graph}_{name}": value for name, value in said.items()}
    return told


_NO_OUTAGES = pa.table({"kind": pa.array([], pa.string()), "key": pa.array([], pa.string())})


def _column(found: pa.Table, name: str, kind: Any, absent: Any) -> Any:
    values = [absent if value is None else value for value in found[name].to_pylist()]
    return np.array(values, kind)


def _run(connection: duckdb.DuckDBPyConnection, name: str, **parameters: Any) -> Any:
    return connection.execute(statement("graph", name), parameters)
