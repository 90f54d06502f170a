"""Tables whose columns are known, on rows of our own in the shapes that their sources write."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.exceptions import SourceError
from pipeline.sources.importing import Imported
from pipeline.sources.known_table import known_tables
from pipeline.sources.mapping import REQUIRED, read_mapping

Write = Callable[..., Path]
Bring = Callable[..., Imported]
Rows = Callable[[str], list[tuple[Any, ...]]]


def test_every_known_table_says_whose_it_is_and_what_its_rows_are() -> None:
    """So that nothing has to be said on the command line."""
    folder = Path(__file__).parents[3] / "pipeline" / "sources" / "tables"
    mappings = [read_mapping(path) for path in folder.glob("*.toml")]

    assert len(known_tables()) == len(mappings)
    assert all(
        mapping.source and REQUIRED[mapping.shape] in mapping.columns for mapping in mappings
    )


@pytest.mark.parametrize(
    "content",
    [
        "Instance,NU,NC,Fed,Adult,↓V,Users,BI,BB,UT,MO,Version\n"
        "[A](https://a.example),Yes,Yes,Yes,No,Yes,12,1,2,99%,3,0.18.2\n",
        "Instance,NU,NC,Fed,Adult,↓V,Users,BI,BB,Version\n"
        '"<a href=""https://a.example/"">A</a>",Yes,Yes,Yes,No,Yes,12,1,2,0.18.2\n',
        "domain,new_users,active_users_month,version\na.example,true,12,0.18.2\n",
    ],
)
def test_a_lemmy_table_is_read_under_each_of_its_headers(
    write: Write, bring: Bring, rows: Rows, content: str
) -> None:
    """Links in cells, columns that came and went, names of raw and of tidy files."""
    bring(write(content), "lemmy-daily")

    assert [("a.example", 12, True, "lemmy", "0.18.2")] == rows(
        "select hostname, users_active_month, is_open_registrations, software_name, "
        "software_version from raw.observations"
    )


def test_each_list_of_active_hosts_is_a_source(write: Write, bring: Bring, rows: Rows) -> None:
    """The same host at the same time in two lists is two observations that say nothing more."""
    imported = bring(
        write(
            "captured_at,app,host\n2023-07-10T00:00:00Z,One,a.example\n"
            "2023-07-10T00:00:00Z,Two Lists,a.example\n2023-07-10T00:00:00Z,One,A.example\n"
        ),
        "active-hosts",
    )

    assert [("fediverse-observer/one", None), ("fediverse-observer/two-lists", None)] == rows(
        "select source, is_up from raw.observations order by source"
    )
    assert 1 == imported.rows_rejected


def test_software_and_version_in_one_text_are_two(write: Write, bring: Bring, rows: Rows) -> None:
    """Words without a number after them stay whole; ways to join are translated; negative is set aside."""
    imported = bring(
        write(
            "hostname,state,software,user_count,registrations\n"
            "a.example,up,Mastodon 4.2.1+glitch,5,Open\n"
            "b.example,down,pleroma/2.5,-3,Approval required\n"
            "c.example,up,some thing,,Closed\n"
        ),
        "fedilist",
    )

    assert [
        ("a.example", True, "mastodon", "4.2.1+glitch", "open"),
        ("b.example", False, "pleroma", "2.5", "approval"),
        ("c.example", True, "some thing", None, "closed"),
    ] == rows(
        "select hostname, is_up, software_name, software_version, registration "
        "from raw.observations order by hostname"
    )
    assert ["users_total: negative"] == list(imported.reasons)


def test_who_must_approve_is_told_from_who_may_join(write: Write, bring: Bring, rows: Rows) -> None:
    """A closed server that takes applications is one by approval."""
    bring(
        write(
            "domain,users,registrations,approval_required\na.example,1,true,false\n"
            "b.example,1,false,true\nc.example,1,false,false\n"
        ),
        "bookwyrm-history",
    )

    assert [("a.example", "open"), ("b.example", "approval"), ("c.example", "closed")] == rows(
        "select hostname, registration from staging.observations order by hostname"
    )


def test_a_directory_keeps_what_has_no_column_here(write: Write, bring: Bring, rows: Rows) -> None:
    """Its country, under `extra`; a word that says nothing is nothing."""
    bring(write("host,platform,users_total,country_code\na.example,n/a,5,DE\n"), "the-federation")

    assert [(None, '{"country":"DE"}')] == rows(
        "select software_name, extra from staging.observations"
    )


def test_another_table_is_refused(write: Write, bring: Bring) -> None:
    """It has no column of hosts under any known name."""
    with pytest.raises(SourceError, match="no column 'domain'"):
        bring(write("server,users\na.example,1\n"), "lemmy-daily")
