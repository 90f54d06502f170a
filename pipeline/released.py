"""The door for researchers: a release, a published file or the sample, as typed and documented tables.

    from pipeline.read import open_release

    herd = open_release("data/sample")
    herd.instances.filter("registration = 'open'").order("users_active_month desc").limit(5)
    herd.df("select software_name, instances_alive from marts.software")
    herd.as_igraph("backbone")

Every table is a DuckDB relation: lazy, filtered where the data lie. Counts of people are self-reported; `_audited`
ones are over the servers whose number is taken as said (standing `reported`). Null is not said, never zero.
"""

from collections.abc import Mapping
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import duckdb
import pandas as pd

from pipeline.exceptions import ReleaseUnreadable
from pipeline.linking import DIRECTED, GraphName, links_of, servers_of
from pipeline.literal import literal
from pipeline.settings import CHECKOUT, Settings
from pipeline.units import meaning_and_unit, unit_of

if TYPE_CHECKING:
    import igraph
    import networkx

SAMPLE = CHECKOUT / "data" / "sample"
"""The release of a replica that comes with the code."""

SQL = Path(__file__).with_name("sql") / "reads"

Table = duckdb.DuckDBPyRelation
"""A lazy table: `.filter()`, `.aggregate()`, `.order()`, `.df()`, `.pl()`, `.arrow()` and so on."""

PanelMeasure = Literal["users_total", "users_active_month", "local_posts"]
"""What servers can be compared by on two days."""

_FILE = "herdbook.duckdb"


def open_release(path_or_url: Path | str | None = None) -> "OpenRelease":
    """Open a release: its folder, a published file, a data folder, or the address of either over HTTP.

    Without a place: what is published in the data folder (`HERDBOOK_DATA`), else the sample that comes with
    the code. Raises `ReleaseUnreadable`. An address needs DuckDB's httpfs extension.
    """
    place = str(path_or_url) if path_or_url is not None else str(_usual())
    if place.startswith(("http://", "https://", "s3://")):
        file = place if place.endswith(".duckdb") else f"{place.rstrip('/')}/{_FILE}"
    else:
        file = str(_file(Path(place).expanduser()))
    return OpenRelease(file)


class OpenRelease:
    """One opened release. Closes like a file, or with `with`."""

    def __init__(self, file: str) -> None:
        self.file = file
        """The DuckDB file behind it."""
        self._connection = _opened(file)

    def __str__(self) -> str:
        """One sentence: of which day (UTC) this is, of how many servers, and whether they are real."""
        row = self.df(
            "select published_at, instances_known, instances_alive, is_replica from about"
        ).iloc[0]
        known = f"{row['instances_known']:,} known servers"
        of = f"{known}, all of them invented (a replica)" if row["is_replica"] else known
        return (
            f"Release of {row['published_at']:%Y-%m-%d}: {row['instances_alive']:,} alive of {of}"
        )

    # --- tables, each with what a row is -------------------------------------------------------------

    @property
    def about(self) -> Table:
        """One row: when this was made (UTC), of how many servers, and `coverage_ratio`."""
        return self.table("about")

    @property
    def instances(self) -> Table:
        """One row per server, now. People and posts are counts as the server says them; `…_standing` says
        whether they are taken (`reported`); `uptime_ratio_90d` is 0 to 1 with its 95 % interval."""
        return self.table("instances")

    @property
    def instance_days(self) -> Table:
        """One row per server, day (UTC) and source: counts as said, not audited; `verdicts` has what is not
        taken. `source` is `herdbook` for our own checks and `self` for what a server told of its past."""
        return self.table("instance_days")

    @property
    def instance_spans(self) -> Table:
        """One row per answer with the days for which it counts: counts as said and `_audited`."""
        return self.table("instance_spans")

    @property
    def network_days(self) -> Table:
        """One row per day (UTC) and source: sums as said and `_audited`, over `instances_reporting` and
        `instances_audited` of `instances_known` servers. Not for growth: see `growth_days`."""
        return self.table("network_days")

    @property
    def software_days(self) -> Table:
        """The same by software."""
        return self.table("software_days")

    @property
    def growth_days(self) -> Table:
        """One row per source, measure and day: change over the servers seen on both days. `growth_ratio` and
        `index_chained` are relative to 1; births, discoveries and losses are counted apart. Audited."""
        return self.table("growth_days")

    @property
    def concentration_weeks(self) -> Table:
        """One row per week, measure and holder: shares (0 to 1), `hhi` (0 to 10,000), and how many holders
        have a quarter, half, three quarters, nine tenths. Audited."""
        return self.table("concentration_weeks")

    @property
    def standings(self) -> Table:
        """One row per server and number, now: the number, its standing, and the rule that says so."""
        return self.table("standings")

    @property
    def verdicts(self) -> Table:
        """One row per number of a day that is not taken as it was said, with the rule."""
        return self.table("verdicts")

    @property
    def peer_edges(self) -> Table:
        """One row per edge that holds: source has said something of target. Not proof that they talk. Edges
        of servers with ten people or fewer are left out."""
        return self.table("peer_edges")

    def table(self, name: str) -> Table:
        """Give any table by name; `tables()` tells which there are. Raises `ReleaseUnreadable`."""
        if name not in set(self.tables()["name"]):
            raise ReleaseUnreadable(
                f"{self.file} has no table {name!r:.60}; tables() has all names"
            )
        # a view is no table to DuckDB, and both are relations to a reader
        return self._connection.sql(f"from published.marts.{name}")

    def tables(self) -> pd.DataFrame:
        """Tell which tables there are, and what one row of each is."""
        return self._read("released_tables")

    def columns(self, name: str) -> pd.DataFrame:
        """Tell what the columns of a table mean: name, type, unit, meaning."""
        found = self._read("released_columns", table=name)
        rows = [
            {
                "column": row["column_name"],
                "type": row["data_type"],
                "unit": unit_of(row["column_name"], row["data_type"], row["comment"] or ""),
                "meaning": meaning_and_unit(row["comment"] or "")[0],
            }
            for row in found.to_dict("records")
        ]
        return pd.DataFrame(rows, columns=["column", "type", "unit", "meaning"])

    def sql(self, query: str, parameters: Mapping[str, Any] | None = None) -> Table:
        """Run a query of your own; tables are `marts.name` or `name`, parameters `$name`."""
        return self._connection.sql(query, params=dict(parameters) if parameters else None)

    def df(self, query: str, parameters: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Run a query of your own, as a pandas table."""
        return _frame(self.sql(query, parameters))

    # --- questions about time ------------------------------------------------------------------------

    def instances_as_of(self, day: date, source: str = "herdbook") -> pd.DataFrame:
        """The servers whose answer counts on a day (UTC), with the numbers that they had said by then: counts
        as said, and `_audited` ones where the standing is `reported`."""
        return self._read("instances_as_of", day=day, source=source)

    def edges_as_of(self, day: date, kind: str = "knows") -> pd.DataFrame:
        """Peer edges of one kind as they held at the end of a day (UTC)."""
        return self._read("edges_as_of", day=day, kind=kind)

    def same_panel(
        self,
        first: date,
        last: date,
        measure: PanelMeasure = "users_total",
        source: str = "herdbook",
    ) -> pd.DataFrame:
        """The servers with an audited number on both days: `value_before` and `value_after`, counts. Their sums
        may be compared; sums over different servers may not."""
        return self._read("same_panel", first=first, last=last, measure=measure, source=source)

    # --- the graph -----------------------------------------------------------------------------------

    def edges(self, graph: GraphName = "backbone") -> pd.DataFrame:
        """The links of a graph between live servers whose links are shown: source, target and, for the
        backbone, `strength` (no unit). `mutual` and `backbone` have each link once. The graphs that say more
        (`told_links`) have how much as `strength`, and what else is said."""
        return self._read(links_of(graph), graph=graph)

    def nodes(self, graph: GraphName = "backbone") -> pd.DataFrame:
        """The servers of a graph whose links are shown, with software, people as said, and place in it."""
        return self._read(servers_of(graph), graph=graph)

    def as_igraph(self, graph: GraphName = "backbone") -> "igraph.Graph":
        """A graph for igraph; `knows` and the graphs that say more are directed. Nodes carry the columns of `nodes`."""
        # igraph is heavy, and most readers ask for tables only
        import igraph

        nodes, links = self.nodes(graph), self.edges(graph)
        place = {name: number for number, name in enumerate(nodes["hostname"])}
        made = igraph.Graph(
            n=len(nodes),
            edges=[
                (place[one], place[other])
                for one, other in zip(
                    links["source_hostname"], links["target_hostname"], strict=True
                )
            ],
            directed=graph in DIRECTED,
            edge_attrs={"strength": links["strength"].tolist()},
        )
        for name in nodes.columns:
            made.vs["name" if name == "hostname" else name] = nodes[name].tolist()
        return made

    def as_networkx(self, graph: GraphName = "backbone") -> "networkx.Graph":
        """A graph for networkx, which has to be installed; `knows` and the graphs that say more are directed. Fit for small graphs."""
        # networkx is no dependency: it is slow on the whole graph, and known to everybody
        import networkx

        made = networkx.DiGraph() if graph in DIRECTED else networkx.Graph()
        for row in self.nodes(graph).to_dict("records"):
            made.add_node(row.pop("hostname"), **{str(name): value for name, value in row.items()})
        links = self.edges(graph)[["source_hostname", "target_hostname", "strength"]]
        made.add_weighted_edges_from(links.itertuples(index=False, name=None), weight="strength")
        return made

    # --- closing -------------------------------------------------------------------------------------

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self, name: str, **parameters: Any) -> pd.DataFrame:
        sql = (SQL / f"{name}.sql").read_text(encoding="utf-8")
        return _frame(self._connection.sql(sql, params=parameters or None))


def _usual() -> Path:
    data = Settings.from_environment().data
    return data if _found(data) else SAMPLE


def _found(place: Path) -> Path | None:
    """The DuckDB file of a place; never the warehouse, which lies in a data folder under the same name."""
    if place.is_file():
        return place
    if (place / "datapackage.json").exists():
        return place / _FILE
    published = place / "published" / _FILE
    return published if published.exists() else None


def _file(place: Path) -> Path:
    found = _found(place)
    if found is None:
        raise ReleaseUnreadable(
            f"there is no release at {place}: give the folder of a release (the one with datapackage.json), "
            "a published .duckdb file, or a data folder where something is published"
        )
    return found


def _opened(file: str) -> duckdb.DuckDBPyConnection:
    is_remote = "://" in file
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("set timezone = 'UTC'")
        if is_remote:
            connection.execute(f"load '{_httpfs()}'")
        connection.execute(f"attach {literal(file)} as published (read_only)")
        connection.execute("use published.marts")
    except duckdb.Error as error:
        connection.close()
        raise ReleaseUnreadable(_why(file, is_remote, str(error))) from error
    return connection


def _httpfs() -> str:
    """DuckDB's extension for addresses: from its Python package where that fits, else as it was installed."""
    package = find_spec("duckdb_extension_httpfs")
    if package is not None and package.origin is not None:
        folder = Path(package.origin).parent / "extensions" / f"v{duckdb.__version__}"
        if (found := folder / "httpfs.duckdb_extension").exists():
            return str(found)
    return "httpfs"


def _why(file: str, is_remote: bool, error: str) -> str:
    if is_remote and "httpfs" in error:
        return (
            f'{file} is read through DuckDB\'s httpfs extension, which is not here: run `duckdb -c "install httpfs"` once, or '
            "install the package duckdb-extension-httpfs of DuckDB's version, or download the release and open its folder"
        )
    return f"{file} cannot be opened as a release: {error:.300}"


def _frame(relation: Table) -> pd.DataFrame:
    """As pandas has it; DuckDB's own way there warns with pandas 3.1."""
    found: pd.DataFrame = relation.to_arrow_table().to_pandas(date_as_object=False)
    return found
