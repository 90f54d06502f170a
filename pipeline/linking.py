"""What readers ask of links between servers: three graphs of who knows whom, and those that say more."""

from datetime import date
from typing import Any, Literal, get_args

import pandas as pd
import pyarrow as pa

from pipeline.exceptions import QueryRefused
from pipeline.published import PublishedFile

KnownGraph = Literal["knows", "mutual", "backbone"]
"""The three graphs of who knows whom."""

ToldGraph = Literal["follows", "people_follow", "lemmy_links", "blocks"]
"""The graphs that say more than a name; `marts.told_links` says what each link means."""

GraphName = Literal[KnownGraph, ToldGraph]
"""Every graph there is."""

DIRECTED = ("knows", *get_args(ToldGraph))
"""The graphs whose links go one way."""

Outage = Literal["server", "software", "domain", "provider", "country", "cdn", "largest", "random"]
"""What an outage can take away."""


class Linking(PublishedFile):
    """Reads of the graphs; `pipeline.read.Published` is the door to them."""

    def graph_totals(self) -> pd.DataFrame:
        """Numbers of each graph of who knows whom as a whole, by day."""
        return self._read("graph_totals")

    def network_map(self) -> pd.DataFrame:
        """The servers on the map, with their places and what they can be coloured by."""
        return self._read("network_map")

    def communities(self) -> pd.DataFrame:
        """The communities of the backbone, the largest first."""
        return self._read("communities")

    def graph_node(self, hostname: str) -> pd.DataFrame:
        """One server in each graph of who knows whom; empty = in none."""
        return self._read("graph_node", hostname=hostname)

    def backbone_neighbours(self, hostname: str, rows: int = 10) -> pd.DataFrame:
        """Whom one server is linked with in the backbone, the strongest first."""
        return self._read("backbone_neighbours", hostname=hostname, rows=rows)

    def backbone_links(self) -> pd.DataFrame:
        """All links of the backbone, as pairs of hostnames."""
        return self._read("backbone_links")

    def outages(self, kind: Outage) -> pd.DataFrame:
        """Outages of one kind that were played through."""
        if kind not in get_args(Outage):
            raise QueryRefused(f"no outage was played through by {kind!r:.60}")
        return self._read("outages", kind=kind)

    def hosting(self, hostname: str) -> dict[str, Any] | None:
        """Where one server is hosted; `None` = not known."""
        found = self._read("hosting", hostname=hostname)
        known = found.astype(object).where(found.notna(), None).to_dict("records")
        return {str(name): value for name, value in known[0].items()} if known else None

    def hosting_totals(self) -> dict[str, int]:
        """Of how many live servers provider, country or CDN are known."""
        row = self._read("hosting_totals").to_dict("records")[0]
        return {str(name): int(value) for name, value in row.items()}

    def edges_as_of(self, day: date, kind: str = "knows") -> pd.DataFrame:
        """Peer edges of one kind as they held at the end of a day."""
        return self._read("edges_as_of", day=day, kind=kind)

    def graph_servers(self, graph: GraphName) -> pa.Table:
        """The servers of a graph whose links are shown, with their attributes."""
        return self._table(servers_of(graph), graph=graph)

    def graph_links(self, graph: GraphName) -> pa.Table:
        """The links of a graph between these servers; `strength` where they have one."""
        return self._table(links_of(graph), graph=graph)

    def told_totals(self) -> pd.DataFrame:
        """How many links each graph has that says more than a name; empty = nobody told any."""
        return self._read("told_totals")

    def told_most(
        self, graph: ToldGraph, hostname: str | None = None, rows: int = 25
    ) -> pd.DataFrame:
        """To whom most links of such a graph lead, from all servers or from one."""
        if graph not in get_args(ToldGraph):
            raise QueryRefused(f"there is no graph {graph!r:.60}")
        return self._read("told_most", graph=graph, hostname=hostname, rows=rows)


def graph_names() -> tuple[str, ...]:
    """Name every graph."""
    return (*get_args(KnownGraph), *get_args(ToldGraph))


def servers_of(graph: Any) -> str:
    """Name the read of a graph's servers. Raises `QueryRefused`."""
    return "told_servers" if _known(graph) in get_args(ToldGraph) else "graph_servers"


def links_of(graph: Any) -> str:
    """Name the read of a graph's links. Raises `QueryRefused`."""
    return "told_links" if _known(graph) in get_args(ToldGraph) else "graph_links"


def _known(graph: Any) -> str:
    if graph not in graph_names():
        raise QueryRefused(f"there is no graph {graph!r:.60}; there are {', '.join(graph_names())}")
    return str(graph)
