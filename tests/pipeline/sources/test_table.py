"""Tables of servers in CSV and Parquet, by the mapping that says which column is which."""

import gzip
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.exceptions import MappingError, SourceError
from pipeline.sources.importing import Imported

Write = Callable[..., Path]
Bring = Callable[..., Imported]
Rows = Callable[[str], list[tuple[Any, ...]]]

USERS = "select hostname, users_total from raw.observations order by hostname"


@pytest.mark.parametrize(
    "content",
    [
        "host,users\na.example,1\nb.example,2\n",
        "host;users\na.example;1\nb.example;2\n",
        "host\tusers\na.example\t1\nb.example\t2",
        "host|users\na.example|1\nb.example|2\n",
        "\ufeffhost,users\r\na.example,1\r\nb.example,2\r\n",
        "host,users\r\na.example,1\nb.example,2\r\n",
        "host,users\ra.example,1\rb.example,2\r",
        '"host","users"\n"a.example","1"\n"b.example"," 2 "\n',
        '\n\nhost,users\n\na.example,1\n\n"b.example\n",2\n\n',
        ' Host ,USERS,notes\na.example,1,"a ""quoted"" comma, and\na line"\nb.example,2,\n',
        gzip.compress(b"host,users\na.example,1\nb.example,2\n", mtime=0),
    ],
)
def test_csv_is_read_however_it_is_spelled(
    write: Write, bring: Bring, rows: Rows, content: str | bytes
) -> None:
    """Delimiters, quotes, byte order marks, line ends of any and of several kinds, empty lines, gzip."""
    imported = bring(write(content))

    assert [("a.example", 1), ("b.example", 2)] == rows(USERS)
    assert (2, 2, 0) == (imported.rows_read, imported.rows_stored, imported.rows_rejected)


def test_lines_that_are_no_rows_are_counted_and_the_others_kept(
    write: Write, bring: Bring, rows: Rows
) -> None:
    """Too short, too long, quoted wrongly, of another encoding: one example of each."""
    long = b"x" * 200_000
    content = (
        b"host,users,notes\na.example,1,\nshort.example\nlong.example,1,2,3\n"
        b'quoted.example,"1"2,\nr\xe9sum\xe9.example,1,\n' + long + b",1,\nb.example,2,\n"
    )

    imported = bring(write(content))

    assert [("a.example", 1), ("b.example", 2)] == rows(USERS)
    assert (7, 5) == (imported.rows_read, imported.rows_rejected)
    assert {
        "line: missing columns": "line 3: short.example",
        "line: too many columns": "line 4: long.example,1,2,3",
        "line: broken quotes": "line 5: ',' expected after '\"'",
        "line: invalid encoding": "line 6: r?sum?.example,1,",
        "line: too long": "line 7: field larger than field limit (131072)",
    } == {name: reason.example for name, reason in imported.reasons.items()}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("host,users,notes\na.example,1,\nb.exam", "ends in the middle of line 3"),
        (
            'host,users\na.example,1\n"b.example,2\nc.example,3\n',
            "opened in line 3 is never closed",
        ),
        (
            'host,users\n"b.example,2\n' + "c.example,3\n" * 20_000,
            "opened in line 2 is never closed",
        ),
        ("host,users\n", "has no rows"),
        ("host,users,users\na.example,1,2\n", "two columns named 'users'"),
        ('"host"x,users\na.example,1\n', "its first line is no header"),
        (b"\xef", "no line that is a header"),  # the beginning of a byte order mark
        ("domain,users\na.example,1\n", "has no column 'host'; it has domain, users"),
        ("host,users\nlocalhost,1\n10.0.0.1,2\n", "none of its 2 rows can be used"),
    ],
)
def test_csv_that_cannot_be_used_stores_nothing(
    write: Write, bring: Bring, data: Path, content: str | bytes, reason: str
) -> None:
    """A message says what is wrong; not even a warehouse is made."""
    with pytest.raises(SourceError) as raised:
        bring(write(content))

    assert reason in str(raised.value)
    assert not data.exists()


def test_a_last_line_without_its_end_is_a_whole_line(write: Write, bring: Bring) -> None:
    """Many programs write none; a short line somewhere else is only a short line."""
    imported = bring(write("host,users\nshort.example\na.example,1"))

    assert (1, 1) == (imported.rows_stored, imported.rows_rejected)


NUMBERS: list[tuple[str, int | None, str | None]] = [
    ("7", 7, None),
    (" 7 ", 7, None),
    ("0", 0, None),
    ("1977.0", 1977, None),
    ("1e3", 1000, None),
    ("9007199254740993", 2**53 + 1, None),
    ("", None, None),
    ("null", None, None),
    ("None", None, None),
    ("-", None, None),
    ("-5", None, "negative"),
    ("1.5", None, "not a whole number"),
    ("1,234", None, "not a number"),
    ("nan", None, "not a number"),
    ("inf", None, "too large"),
    ("99999999999999999999", None, "too large"),
    ("many", None, "not a number"),
]
"""What a cell says, the number that is kept, why it is set aside."""


def test_a_number_is_exact_or_set_aside(write: Write, bring: Bring, rows: Rows) -> None:
    """What cannot be meant is kept as it was said, beside the row; nothing said stays nothing."""
    lines = [f'h{n:02}.example,"{said}"\n' for n, (said, *_) in enumerate(NUMBERS)]

    imported = bring(write("host,users\n" + "".join(lines)))

    found = rows(
        "select users_total, extra ->> '$.set_aside.users_total'"
        " from raw.observations order by hostname"
    )
    assert [(kept, said if reason else None) for said, kept, reason in NUMBERS] == found
    reasons = Counter(f"users_total: {reason}" for *_, reason in NUMBERS if reason)
    assert reasons == {name: reason.count for name, reason in imported.reasons.items()}
    assert len(NUMBERS) == imported.rows_stored


TIMES: list[tuple[str, datetime | str]] = [
    ("2023-01-02", datetime(2023, 1, 2, tzinfo=UTC)),
    ("2023-01-02 03:04:05", datetime(2023, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ("2023-01-02T03:04:05Z", datetime(2023, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ("2023-01-02T03:04:05+02:00", datetime(2023, 1, 2, 1, 4, 5, tzinfo=UTC)),
    ("2023-01-02T03:04:05.000000Z", datetime(2023, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ("1672628645", datetime(2023, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ("1672628645.0", datetime(2023, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ("1672628645000", datetime(2023, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ("", "no capture time"),
    ("2023-13-45", "captured_at is no time"),
    ("yesterday", "captured_at is no time"),
    ("1999-12-31", "captured before July 2008"),
    ("2024-02-01", "captured in the future"),
    ("999999999999999999", "captured_at is no time"),
]
"""What a cell says, and the time that is meant or why the row is left out."""


def test_a_row_may_say_when_it_was_captured(write: Write, bring: Bring, rows: Rows) -> None:
    """In any usual spelling, UTC where there is no offset; a row without a time is left out."""
    lines = [f"h{n:02}.example,{said}\n" for n, (said, _) in enumerate(TIMES)]

    imported = bring(
        write("host,at\n" + "".join(lines)), columns={"hostname": "host", "captured_at": "at"}
    )

    found = rows("select hostname, captured_at from raw.observations order by hostname")
    meant = [(f"h{n:02}.example", at) for n, (_, at) in enumerate(TIMES)]
    assert [(name, at) for name, at in meant if isinstance(at, datetime)] == found
    reasons = Counter(at for _, at in TIMES if isinstance(at, str))
    assert reasons == {name: reason.count for name, reason in imported.reasons.items()}


def test_one_host_under_two_spellings_is_one_observation(
    write: Write, bring: Bring, rows: Rows
) -> None:
    """The row that says more is kept, the canonical spelling next; the other is counted."""
    imported = bring(
        write(
            "host,users\nA.example,\na.example.,1\nhttps://a.example/about,2\n"
            "bücher.example,3\nxn--bcher-kva.example,4\na.example:8080,5\n"
        )
    )

    assert [("a.example", 1), ("xn--bcher-kva.example", 4)] == rows(USERS)
    counted = {name: reason.count for name, reason in imported.reasons.items()}
    assert {
        "the same host twice in one capture": 3,
        "hostname: address_or_port": 1,
    } == counted


def test_words_are_translated_and_a_state_says_who_may_join(
    write: Write, bring: Bring, rows: Rows
) -> None:
    """In any letter case; a word nobody translated is set aside."""
    imported = bring(
        write(
            "host,joining,what\na.example,Open,Mastodon v4\nb.example,APPROVAL required,x\nc.example,Maybe,x\n"
        ),
        columns={"hostname": "host", "registration": "joining", "software_name": "what"},
        values={
            "registration": {"approval required": "approval"},
            "software_name": {"mastodon v4": "mastodon"},
        },
    )

    assert [
        ("a.example", "open", True, "mastodon"),
        ("b.example", "approval", False, "x"),
        ("c.example", None, None, "x"),
    ] == rows(
        "select hostname, registration, is_open_registrations, software_name "
        "from raw.observations order by all"
    )
    assert ["registration: none of open, approval, invite, closed, unknown"] == list(
        imported.reasons
    )


def test_everything_else_can_be_kept_beside(write: Write, bring: Bring, rows: Rows) -> None:
    """Under a name of one's choice; columns nobody mapped are named."""
    imported = bring(
        write("host,country,score,color\na.example,DE,,red\n"),
        columns={"hostname": "host", "extra.country": "country", "extra.score": "score"},
    )

    assert [('{"country":"DE","score":null}',)] == rows("select extra from raw.observations")
    assert ("color",) == imported.unused_columns


def test_titles_become_plain_text_and_languages_a_list(
    write: Write, bring: Bring, rows: Rows
) -> None:
    """Foreign text is inert before it is stored."""
    bring(
        write('host,title,langs\na.example,"<b>A</b>\x1b[31m &amp; B","[""EN"", ""de""]"\n'),
        columns={"hostname": "host", "title": "title", "languages": "langs"},
    )

    assert [("A[31m & B", ["en", "de"])] == rows("select title, languages from raw.observations")


def test_what_was_not_said_of_a_table_is_asked_for(write: Write, bring: Bring) -> None:
    """Whose, which column, when: each a usage error that says how to say it."""
    path = write("host,users\na.example,1\n", "list.csv")

    for told, asked in (
        ({"source": None}, "--source"),
        ({"columns": {}}, "--column hostname=host"),
        ({}, "--captured-at"),
    ):
        with pytest.raises(MappingError, match=asked):
            bring(path, **told)


@pytest.fixture
def parquet(tmp_path: Path) -> Callable[[str], Path]:
    """Write the rows of a query as Parquet."""

    def parquet(sql: str) -> Path:
        path = tmp_path / "table_2023-11-04.parquet"
        duckdb.connect().execute(f"copy ({sql}) to '{path}' (format parquet)")
        return path

    return parquet


def test_parquet_is_read_by_the_same_mapping(
    parquet: Callable[[str], Path], bring: Bring, rows: Rows
) -> None:
    """Times, lists, floats and names with quotes in them are what they are."""
    path = parquet(
        """
        select 'a.example' as host, 5.0::double as users, ['de', 'en'] as "the ""langs",
            timestamptz '2023-01-02 03:04:05+02' as at
        union all select 'b.example', -1, null, timestamptz '2023-01-02 03:04:05+02'
        """
    )

    imported = bring(
        path,
        "parquet",
        columns={
            "hostname": "host",
            "users_total": "users",
            "languages": 'the "langs',
            "captured_at": "at",
        },
    )

    at = datetime(2023, 1, 2, 1, 4, 5, tzinfo=UTC)
    assert [("a.example", 5, ["de", "en"], at), ("b.example", None, [], at)] == rows(
        "select hostname, users_total, languages, captured_at from raw.observations order by all"
    )
    assert ["users_total: negative"] == list(imported.reasons)


def test_parquet_that_is_broken_or_empty_is_refused(
    parquet: Callable[[str], Path], write: Write, bring: Bring
) -> None:
    """With the reason of the reader."""
    whole = parquet("select 'a.example' as host, 1 as users").read_bytes()

    with pytest.raises(SourceError, match="cannot be read as Parquet"):
        bring(write(whole[:40] + b"PAR1", "broken.parquet"), "parquet")
    with pytest.raises(SourceError, match="has no rows"):
        bring(parquet("select 'a.example' as host, 1 as users limit 0"), "parquet")
