"""`herdbook graph FILE`: one graph as a file for other programs, as Parquet, GraphML or GEXF.

XML takes no control characters and no lone halves of characters: what servers write of themselves is
cleaned of them, so that every file is valid whatever their names are.
"""

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TextIO
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.parquet as pq
import typer

from pipeline.linking import DIRECTED
from pipeline.read import Published, graph_names
from pipeline.settings import Settings

FORMATS = (".parquet", ".graphml", ".gexf")

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no character for."""

_EDGES_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One graph with all that is told of it."""

    name: str
    servers: pa.Table
    links: pa.Table
    published_at: str

    @property
    def is_directed(self) -> bool:
        """Whether its links go one way."""
        return self.name in DIRECTED

    @property
    def attributes(self) -> list[tuple[str, str]]:
        """Columns of the servers with their types in XML: string, long or double."""
        return _attributes(self.servers, "hostname")

    @property
    def link_attributes(self) -> list[tuple[str, str]]:
        """Columns of the links with their types in XML."""
        return _attributes(self.links, "source_hostname", "target_hostname")


def graph_command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Its ending says the format: .parquet, .graphml or .gexf."
        ),
    ],
    graph: Annotated[str, typer.Option("--graph", help=", ".join(graph_names()))] = "backbone",
) -> None:
    """Write one graph to a file: `herdbook graph backbone.gexf`. Parquet: servers go beside it."""
    if file.suffix not in FORMATS:
        raise typer.BadParameter(f"{file.name} should end in one of {', '.join(FORMATS)}")
    if graph not in graph_names():
        raise typer.BadParameter(f"--graph is one of {', '.join(graph_names())}")
    export = read_export(Published(Settings.from_environment().data), graph)
    written = write(export, file)
    sys.stderr.write(
        f"Wrote {export.servers.num_rows:,} servers and {export.links.num_rows:,} links of {graph!r} to "
        f"{' and '.join(str(path) for path in written)}. Links of very small servers are left out.\n"
    )


def read_export(published: Published, graph: Any) -> Export:
    """Read a graph from what was published."""
    return Export(
        name=graph,
        servers=published.graph_servers(graph),
        links=published.graph_links(graph),
        published_at=f"{published.about().published_at:%Y-%m-%d}",
    )


def write(export: Export, path: Path) -> list[Path]:
    """Write it aside and swap it in whole; returns the files that were written."""
    if path.suffix == ".parquet":
        servers = path.with_name(f"{path.stem}.servers.parquet")
        for table, place in ((export.links, path), (export.servers, servers)):
            aside = _aside(place)
            pq.write_table(table, aside, compression="zstd")
            os.replace(aside, place)
        return [path, servers]
    aside = _aside(path)
    lines = graphml(export) if path.suffix == ".graphml" else gexf(export)
    with aside.open("w", encoding="utf-8") as file:
        _write_lines(file, lines)
    os.replace(aside, path)
    return [path]


def graphml(export: Export) -> Iterator[str]:
    """The lines of a GraphML file (1.0)."""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for name, kind in export.attributes:
        yield f'<key id="{name}" for="node" attr.name="{name}" attr.type="{kind}"/>'
    for name, kind in export.link_attributes:
        yield f'<key id="{name}" for="edge" attr.name="{name}" attr.type="{kind}"/>'
    default = "directed" if export.is_directed else "undirected"
    yield f"<graph id={_quoted(export.name)} edgedefault={_quoted(default)}>"
    for row in export.servers.to_pylist():
        data = "".join(
            f'<data key="{name}">{_text(row[name])}</data>'
            for name, _ in export.attributes
            if row[name] is not None
        )
        yield f"<node id={_quoted(row['hostname'])}>{data}</node>"
    for _, source, target, told in _links(export):
        data = "".join(f'<data key="{name}">{_text(value)}</data>' for name, value in told.items())
        yield f"<edge source={_quoted(source)} target={_quoted(target)}>{data}</edge>"
    yield "</graph>"
    yield "</graphml>"


def gexf(export: Export) -> Iterator[str]:
    """The lines of a GEXF file (1.3), with the places of the map."""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">'
    yield f'<meta lastmodifieddate="{export.published_at}"><creator>Herdbook</creator></meta>'
    default = "directed" if export.is_directed else "undirected"
    yield f'<graph defaultedgetype="{default}" mode="static">'
    yield '<attributes class="node">'
    for name, kind in export.attributes:
        yield f'<attribute id="{name}" title="{name}" type="{kind}"/>'
    yield '</attributes><attributes class="edge">'
    for name, kind in export.link_attributes:
        if name != "strength":
            yield f'<attribute id="{name}" title="{name}" type="{kind}"/>'
    yield "</attributes><nodes>"
    for row in export.servers.to_pylist():
        values = "".join(
            f'<attvalue for="{name}" value={_quoted(row[name])}/>'
            for name, _ in export.attributes
            if row[name] is not None
        )
        place = ""
        if row.get("x") is not None:
            place = f'<viz:position x="{1000 * row["x"]:.1f}" y="{1000 * row["y"]:.1f}" z="0.0"/>'
        name = _quoted(row["hostname"])
        yield f"<node id={name} label={name}><attvalues>{values}</attvalues>{place}</node>"
    yield "</nodes><edges>"
    for number, source, target, told in _links(export):
        weight = f' weight="{told.pop("strength")!r}"' if "strength" in told else ""
        values = "".join(
            f'<attvalue for="{name}" value={_quoted(value)}/>' for name, value in told.items()
        )
        inside = f"><attvalues>{values}</attvalues></edge>" if values else "/>"
        yield f'<edge id="{number}" source={_quoted(source)} target={_quoted(target)}{weight}{inside}'
    yield "</edges></graph></gexf>"


def _links(export: Export) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
    """Each link with its number and what is said of it."""
    names = [name for name, _ in export.link_attributes]
    number = 0
    for batch in export.links.to_batches(max_chunksize=_EDGES_AT_ONCE):
        for source, target, *values in zip(*batch.to_pydict().values(), strict=True):
            told = zip(names, values, strict=True)
            yield number, source, target, {name: said for name, said in told if said is not None}
            number += 1


def _attributes(table: pa.Table, *keys: str) -> list[tuple[str, str]]:
    return [(field.name, _xml_type(field.type)) for field in table.schema if field.name not in keys]


def _write_lines(file: TextIO, lines: Iterator[str]) -> None:
    for line in lines:
        file.write(f"{line}\n")


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}")


def _xml_type(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind):
        return "long"
    return "double" if pa.types.is_floating(kind) else "string"


def _clean(value: object) -> str:
    return _NOT_XML.sub("\ufffd", str(value))


def _text(value: object) -> str:
    return escape(_clean(value))


def _quoted(value: object) -> str:
    return quoteattr(_clean(value))
