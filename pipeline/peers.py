"""Peer lists become edges: hostnames as numbers, the edges that hold now, and what they were before.

A batch of lists goes through a handful of statements, so that a peer costs well under a microsecond and
memory is bounded by `NAMES_AT_ONCE`. Only a complete list takes edges away; a hidden, failed or partial
one never does.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

import numpy as np
import pyarrow as pa

from crawler.hostname import Hostname
from crawler.records import Check, PeerDetail, PeerKind, PeerList, PeerListState
from pipeline import raw
from pipeline.warehouse import Warehouse

NAMES_AT_ONCE = 1_000_000
"""Names that are laid out in memory together, about 100 MB with all that is made of them."""

_TELLING = frozenset({PeerListState.SERVED, PeerListState.EMPTY})
"""States whose list says something of edges; the others leave what is known as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfPeers:
    """Everything one check said of its peers of one kind."""

    source: Hostname
    """Who said it."""
    kind: PeerKind
    """What each entry means."""
    seen_at: datetime
    """When."""
    hostnames: tuple[Hostname, ...]
    """Its peers, distinct."""
    details: tuple[PeerDetail | None, ...]
    """As long as `hostnames`, or empty."""
    is_replacing: bool
    """Whether a peer that is missing here is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Some kinds of peers by number, as the statements read them."""

    lists: pa.Table
    """source_id, kind_id, domain_id, has_edges, is_replacing, is_turned, seen_at."""
    edges: pa.Table
    """source_id, kind_id, target_id; distinct."""
    details: pa.Table | None
    """What is said of some of the edges."""


class Edges:
    """Keeps the edges of an open warehouse; remembers how names and kinds are numbered."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        connection = warehouse.connection
        kinds = connection.execute("select kind, id from raw.peer_kinds").fetchall()
        self._kind_ids: dict[str, int] = dict(kinds)
        self.forget()

    def forget(self) -> None:
        """Read again what is remembered of the warehouse, as after a transaction that failed."""
        connection = self._warehouse.connection
        (last_id,) = connection.execute("select max(id) from raw.hostnames").fetchall()[0]
        self._next_id = 0 if last_id is None else last_id + 1
        sources = connection.execute(
            "select distinct source_id from raw.peer_edges_told"
        ).fetchall()
        self._source_ids: set[int] = {source_id for (source_id,) in sources}

    def number(self, hostnames: pa.Array) -> np.ndarray:
        """Give each of some distinct names its number; new names get the next ones."""
        names = pa.table({"place": np.arange(len(hostnames)), "hostname": hostnames})
        with self._warehouse.registered(batch_names=names) as warehouse:
            ids = warehouse.run("store", "name_numbers").to_arrow_table()["id"].combine_chunks()
        numbers: np.ndarray = ids.fill_null(-1).to_numpy().astype(np.int32)
        new = np.flatnonzero(numbers < 0)
        if len(new):
            numbers[new] = np.arange(self._next_id, self._next_id + len(new))
            rows = _numbered(hostnames.take(pa.array(new)), numbers[new])
            with self._warehouse.registered(batch_new_names=rows) as warehouse:
                warehouse.run("store", "hostnames")
            self._next_id += len(new)
        return numbers

    def keep(self, checks: Sequence[Check]) -> Iterator[Told]:
        """Bring the edges to what a batch of checks says; yields what was said, part by part.

        The tables of the part (`batch_lists`, `batch_edges`, `added_edges`) can be read until the
        next part is asked for.
        """
        for part in _parts(chain.from_iterable(map(kinds_of_peers, checks))):
            told = self._told(part)
            with self._warehouse.registered(batch_lists=told.lists, batch_edges=told.edges) as w:
                for step in ("known", "gone", "added", "bury", "insert"):
                    w.run("store", f"edges_{step}")
                w.run("store", "details_bury")
                if told.details is not None:
                    self._keep_details(told.details)
                yield told
            self._source_ids.update(np.unique(told.edges["source_id"].to_numpy()).tolist())

    def claimed(self, claims: Sequence[tuple[Hostname, Hostname]]) -> tuple[pa.Table, pa.Table]:
        """Lay (who, whom) out as lists and edges by number. They are not kept as edges."""
        sources = list(dict.fromkeys(source for source, _ in claims))
        names = pa.array(list(dict.fromkeys(chain(sources, (t for _, t in claims)))), pa.string())
        ids = dict(zip(names.to_pylist(), self.number(names).tolist(), strict=True))
        lists = {
            "source_id": pa.array([ids[source] for source in sources], pa.int32()),
            "kind_id": pa.array([self._kind_ids[PeerKind.KNOWS]] * len(sources), pa.uint8()),
            "domain_id": _domain_ids(sources),
        }
        edges = {
            "source_id": pa.array([ids[source] for source, _ in claims], pa.int32()),
            "kind_id": pa.array([self._kind_ids[PeerKind.KNOWS]] * len(claims), pa.uint8()),
            "target_id": pa.array([ids[target] for _, target in claims], pa.int32()),
        }
        return pa.table(lists), pa.table(edges)

    def _keep_details(self, details: pa.Table) -> None:
        with self._warehouse.registered(batch_details=details) as warehouse:
            for step in ("changed", "delete", "insert"):
                warehouse.run("store", f"details_{step}")

    def _told(self, part: list[KindOfPeers]) -> Told:
        sources = [peers.source for peers in part]
        spelled = list(chain(sources, *(peers.hostnames for peers in part)))
        encoded = pa.array(spelled, pa.string()).dictionary_encode()
        ids = self.number(encoded.dictionary)[encoded.indices.to_numpy()]
        source_ids, target_ids = ids[: len(part)], ids[len(part) :]
        kind_ids = np.array([self._kind_ids[peers.kind] for peers in part], np.uint8)
        lengths = [len(peers.hostnames) for peers in part]
        lists = pa.table(
            {
                "source_id": source_ids,
                "kind_id": kind_ids,
                "domain_id": _domain_ids(sources),
                "has_edges": [source_id in self._source_ids for source_id in source_ids.tolist()],
                "is_replacing": [peers.is_replacing for peers in part],
                "is_turned": _turns(source_ids, kind_ids),
                "seen_at": pa.array(
                    [peers.seen_at for peers in part], pa.timestamp("us", tz="UTC")
                ),
            }
        )
        edges = pa.table(
            {
                "source_id": np.repeat(source_ids, lengths),
                "kind_id": np.repeat(kind_ids, lengths),
                "target_id": target_ids,
            }
        )
        return Told(lists=lists, edges=edges, details=_details(part, edges))


def kinds_of_peers(check: Check) -> list[KindOfPeers]:
    """Put the lists of one kind together; what none of them may replace stays."""
    found = []
    for kind in dict.fromkeys(peers.kind for peers in check.peer_lists):
        lists = [peers for peers in check.peer_lists if peers.kind is kind]
        telling = [peers for peers in lists if peers.state in _TELLING]
        if not telling:
            continue
        hostnames, details = _together(telling)
        found.append(
            KindOfPeers(
                source=check.hostname,
                kind=kind,
                seen_at=check.started_at,
                hostnames=hostnames,
                details=details,
                is_replacing=len(telling) == len(lists)
                and all(peers.is_complete for peers in telling),
            )
        )
    return found


def _together(
    lists: Sequence[PeerList],
) -> tuple[tuple[Hostname, ...], tuple[PeerDetail | None, ...]]:
    """The distinct names of some lists, and along them what is said of each, if anything is."""
    if len(lists) == 1:
        return lists[0].hostnames, lists[0].details
    said: dict[Hostname, PeerDetail | None] = {}
    for peers in lists:
        if peers.details:
            said |= {n: d for n, d in zip(peers.hostnames, peers.details, strict=True) if d}
        for hostname in peers.hostnames:
            said.setdefault(hostname)
    return tuple(said), tuple(said.values()) if any(said.values()) else ()


def _parts(found: Iterable[KindOfPeers]) -> Iterator[list[KindOfPeers]]:
    part: list[KindOfPeers] = []
    size = 0
    for peers in found:
        if part and size + len(peers.hostnames) > NAMES_AT_ONCE:
            yield part
            part, size = [], 0
        part.append(peers)
        size += len(peers.hostnames)
    if part:
        yield part


def _domain_ids(sources: Sequence[Hostname]) -> pa.Array:
    """Number the registrable domains of some hosts, within the batch: numbers are counted faster than names."""
    names = pa.array([source.registrable_domain for source in sources], pa.string())
    return names.dictionary_encode().indices


def _turns(source_ids: np.ndarray, kind_ids: np.ndarray) -> np.ndarray:
    """Say of every second list, as edges are written, that it is written downwards."""
    places = np.empty(len(source_ids), np.int64)
    places[np.lexsort((kind_ids, source_ids))] = np.arange(len(source_ids))
    turned: np.ndarray = places % 2 == 1
    return turned


def _details(part: list[KindOfPeers], edges: pa.Table) -> pa.Table | None:
    if not any(peers.details for peers in part):
        return None
    columns = [edges[name].to_pylist() for name in ("source_id", "kind_id", "target_id")]
    rows = {}
    place = 0
    for peers in part:
        for offset, detail in enumerate(peers.details, start=place):
            if detail is not None:
                key = tuple(column[offset] for column in columns)
                rows[key] = (*key, peers.seen_at, detail)
        place += len(peers.hostnames)
    return raw.PEER_DETAILS.batch(list(rows.values()))


def _numbered(hostnames: pa.Array, numbers: np.ndarray) -> pa.Table:
    domains = [Hostname(name).registrable_domain for name in hostnames.to_pylist()]
    return pa.table({"id": numbers, "hostname": hostnames, "registrable_domain": domains})
