"""Rows that are no observation of an instance: entries of block lists, peer edges, totals."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.exceptions import MappingError
from pipeline.publish import publish
from pipeline.read import Published
from pipeline.sources.importing import Imported
from pipeline.sources.mapping import read_mapping

Write = Callable[..., Path]
Bring = Callable[..., Imported]
Rows = Callable[[str], list[tuple[Any, ...]]]

BLOCKS = (
    "captured_at,source,domain,event,severity,public_comment\n"
    "2023-01-13T00:00:00Z,a.example,bad.example,add,suspend,somebody said so\n"
    "2023-01-13T00:00:00Z,a.example,ba*.example,add,Silence,\n"
    "2023-01-14T00:00:00Z,a.example,bad.example,remove,suspend,\n"
    "2023-01-14T00:00:00Z,tier0,bad.example,add,suspend,\n"
    "2023-01-14T00:00:00Z,tier0,bad.example,change,silence,\n"
    "2023-01-15T00:00:00Z,tier0,worse.example,praised,suspend,\n"
    "2023-01-15T00:00:00Z,tier0,,add,suspend,\n"
    "2023-01-15T00:00:00Z,,worse.example,add,suspend,\n"
)
EDGES = (
    "date,source,target,relation\n"
    "2023-01-31,a.example,b.example,linked\n"
    "2023-01-31,a.example,b.example,blocked\n"
    "2023-01-31,a.example,B.example,linked\n"
    "2023-01-31,a.example,*.bad.example,blocked\n"
    "2023-01-31,a.example,b.example,linked\n"
    "2023-01-31,localhost,b.example,linked\n"
    "2023-01-31,a.example,b.example,admired\n"
)


def test_a_block_list_is_its_events(write: Write, bring: Bring, rows: Rows) -> None:
    """Targets stay as they were said, also those with hidden letters; comments are not kept."""
    imported = bring(write(BLOCKS), "block-events")

    assert [
        ("a.example", 13, "add", "ba*.example", None, "silence"),
        ("a.example", 13, "add", "bad.example", "bad.example", "suspend"),
        ("a.example", 14, "remove", "bad.example", "bad.example", "suspend"),
        ("tier0", 14, "add", "bad.example", "bad.example", "suspend"),
    ] == rows(
        "select list, day(captured_at), event, target, hostname, severity from raw.block_events "
        "order by list, captured_at, target"
    )
    assert {
        "event: none of add, change, remove, listed",
        "no list",
        "no target",
        "the same target twice in one capture",
    } == set(imported.reasons)
    assert (8, 4, 4) == (imported.rows_read, imported.rows_stored, imported.rows_rejected)


def test_a_list_as_it_stands_is_listed(write: Write, bring: Bring, rows: Rows) -> None:
    """Its signs are translated, and each revision is a capture."""
    bring(
        write("captured_at,domain,status\n2020-01-01,bad.example,⛔\n2020-02-01,bad.example,🔇\n"),
        "chaos-social-blocks",
    )

    assert [("chaos.social", "listed", "suspend"), ("chaos.social", "listed", "silence")] == rows(
        "select list, event, severity from raw.block_events order by captured_at"
    )


def test_edges_keep_the_spelling_of_their_target(write: Write, bring: Bring, rows: Rows) -> None:
    """And its hostname beside it, where it is one."""
    imported = bring(write(EDGES), "lemmy-edges")

    assert [
        ("*.bad.example", None, "blocks"),
        ("B.example", "b.example", "knows"),
        ("b.example", "b.example", "blocks"),
        ("b.example", "b.example", "knows"),
    ] == rows("select target, target_hostname, kind from raw.imported_edges order by all")
    assert {
        "hostname: single_label": 1,
        "kind: none of knows, allows, blocks": 1,
        "the same edge twice in one capture": 1,
    } == {name: reason.count for name, reason in imported.reasons.items()}


def test_totals_are_what_a_source_counted_itself(write: Write, bring: Bring, rows: Rows) -> None:
    """A number that cannot be meant is set aside; a row without any is left out."""
    imported = bring(
        write(
            "updated_at,users,statuses\n2022-11-04 10:13,5,-7\n2022-11-04 13:09,,\n"
            "2022-11-04 10:13,6,8\n"
        ),
        "mastodon-totals",
    )

    at = datetime(2022, 11, 4, 10, 13, tzinfo=UTC)
    assert [("mastodon-totals", at, "mastodon", 5, None)] == rows(
        "select source, captured_at, software_name, users_total, local_posts "
        "from raw.imported_totals"
    )
    assert {
        "no number": 1,
        "the same total twice in one capture": 1,
        "local_posts: negative": 1,
    } == {name: reason.count for name, reason in imported.reasons.items()}


@pytest.mark.parametrize(
    ("kind", "content", "table"),
    [
        ("block-events", BLOCKS, "block_events"),
        ("lemmy-edges", EDGES, "imported_edges"),
        ("lemmy-versions", "captured_at,name,count\n2024-01-01,0.19.0,5\n", "imported_totals"),
        ("mastodon-totals", "updated_at,users,statuses\n2022-11-04,5,7\n", "imported_totals"),
    ],
)
def test_importing_any_shape_twice_changes_nothing(
    write: Write, bring: Bring, rows: Rows, kind: str, content: str, table: str
) -> None:
    """As of observations; a total without a version is the same total too."""
    path = write(content)
    first = bring(path, kind)
    before = rows(f"from raw.{table}")

    second = bring(path, kind)

    assert before == rows(f"from raw.{table}")
    assert (first.rows_stored, 0) == (second.rows_known, second.rows_stored)
    assert 0 == second.rows_differing


def test_a_mapping_file_may_say_the_shape(write: Write, bring: Bring, rows: Rows) -> None:
    """So that anybody's list can be read as kind csv; fields of another shape are refused."""
    path = write("who\nbad.example\n", "blocks_2024-01-01.csv")
    mapping = write(
        'shape = "block_events"\nsource = "me"\n[columns]\ntarget = "who"\n'
        '[constants]\nlist = "a.example"\n',
        "map.toml",
    )
    told = read_mapping(mapping)

    bring(path, shape=told.shape, source="me", columns=told.columns, constants=told.constants)

    assert [("me", "a.example", "listed", "bad.example")] == rows(
        "select source, list, event, hostname from raw.block_events"
    )
    with pytest.raises(MappingError, match="'target' is no field of observations"):
        bring(path, columns={"hostname": "who", "target": "who"})


def test_hosts_that_asked_to_stay_out_are_in_no_list_and_no_edge(
    write: Write, bring: Bring, data: Path, opt_out: Callable[..., None]
) -> None:
    """Neither as target nor as owner, nor as a part of a name."""
    opt_out("bad.example", "out.example")
    bring(write(BLOCKS), "block-events")
    bring(write(EDGES + "2023-01-31,out.example,b.example,linked\n"), "lemmy-edges")
    bring(write("host,users\na.example,500\nb.example,11\nout.example,90\n"))
    publish(data)
    published = Published(data)

    blocks = published.query("select target from marts.block_events")
    edges = published.query("select source_hostname, target from marts.imported_edges")

    published.close()
    assert ["ba*.example"] == blocks["target"].tolist()
    assert {("a.example", "b.example"), ("a.example", "B.example")} == set(
        map(tuple, edges.values.tolist())
    )


def test_imported_edges_of_very_small_servers_are_not_published(
    write: Write, bring: Bring, data: Path, rows: Rows
) -> None:
    """By its newest size, or by ten who name it; what is no hostname is shown when ten say it."""
    namers = "".join(f"2023-01-31,n{n}.example,{{0}},linked\n" for n in range(10))
    others = (
        "2023-01-31,n0.example,shrunk.example,linked\n2023-01-31,n0.example,*.few.example,blocked\n"
    )
    named = "".join(
        namers.format(name) for name in ("small.example", "quiet.example", "*.many.example")
    )
    bring(write("date,source,target,relation\n" + named + others), "lemmy-edges")
    sizes = "".join(f"n{n}.example,11\n" for n in range(10))
    bring(write(f"host,users\n{sizes}small.example,10\nshrunk.example,99\n", "one_2023-11-04"))
    bring(write("host,users\nshrunk.example,9\n", "two_2023-11-05"))
    publish(data)
    published = Published(data)

    edges = published.query("select distinct target from marts.imported_edges order by all")

    published.close()
    assert ["*.many.example", "quiet.example"] == edges["target"].tolist()
    assert [(32,)] == rows("select count(*) from raw.imported_edges")
