"""Checks become rows of the raw tables, a batch at a time. Storing a check twice changes nothing."""

from collections.abc import Sequence

import pyarrow as pa

from crawler.records import Check
from pipeline import raw
from pipeline.hosting import Hosting
from pipeline.warehouse import Warehouse

_DOCUMENTS = pa.schema(
    [
        ("hash", pa.string()),
        ("first_seen_at", pa.timestamp("us", tz="UTC")),
        ("body_bytes", pa.int64()),
        ("body", pa.binary()),
    ]
)


def fresh(warehouse: Warehouse, crawl_id: str, checks: Sequence[Check]) -> list[Check]:
    """Leave out what this crawl has stored before, and second checks of a host in one batch."""
    first: dict[str, Check] = {}
    for check in checks:
        first.setdefault(check.hostname, check)
    names = pa.table({"hostname": pa.array(list(first), pa.string())})
    with warehouse.registered(batch_checks=names):
        found = warehouse.run("store", "known_checks", {"crawl_id": crawl_id}).fetchall()
    for (hostname,) in found:
        del first[hostname]
    return list(first.values())


def keep(warehouse: Warehouse, crawl_id: str, checks: Sequence[Check]) -> None:
    """Insert the rows of fresh checks, all but the edges of their peer lists."""
    _insert(warehouse, "checks", raw.CHECKS.batch([(crawl_id, check) for check in checks]))
    _insert(warehouse, "documents", _documents(checks))
    for name, table, part in (
        ("peer_lists", raw.PEER_LISTS, "peer_lists"),
        ("activity", raw.ACTIVITY, "activity"),
        ("aliases", raw.ALIASES, "aliases"),
    ):
        rows = [(crawl_id, check, told) for check in checks for told in getattr(check, part)]
        _insert(warehouse, name, table.batch(rows))


def keep_hosting(warehouse: Warehouse, seen: Sequence[Hosting]) -> None:
    """Insert where servers are, where that is news."""
    _insert(warehouse, "hosting", raw.HOSTING.batch(seen))


def _insert(warehouse: Warehouse, name: str, rows: pa.Table) -> None:
    if rows.num_rows:
        with warehouse.registered(**{f"batch_{name}": rows}):
            warehouse.run("store", name)


def _documents(checks: Sequence[Check]) -> pa.Table:
    found = {}
    for check in checks:
        for exchange in check.exchanges:
            if exchange.document is not None:
                found[raw.document_hash(exchange.document)] = (check.started_at, exchange.document)
    rows = [(name, seen_at, len(body), body) for name, (seen_at, body) in found.items()]
    columns = zip(*rows, strict=True) if rows else [()] * len(_DOCUMENTS)
    arrays = [
        pa.array(column, field.type) for column, field in zip(columns, _DOCUMENTS, strict=True)
    ]
    return pa.table(arrays, schema=_DOCUMENTS)
