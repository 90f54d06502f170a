"""Seeds: a list of hostnames, or one line that says what is wrong with it."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.exceptions import SeedsError
from crawler.seeds import read_seeds


def _file(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "seeds.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        "one.example\ntwo.example\n",
        "one.example\r\ntwo.example\r\n",
        "\n# a comment\n\n  one.example  \n  # another\nTWO.example.\none.example\n",
        "hostname\none.example\ntwo.example\n",
        "hostname,source,added_on\none.example,me,2026-01-01\ntwo.example,,\n",
        'source,Hostname\n"a, b",one.example\n"c",two.example\n',
        "# comment\nsource,hostname\nx,one.example\nx,two.example",
        b"\xef\xbb\xbfhostname\none.example\ntwo.example\n",
        b"\xef\xbb\xbfone.example\ntwo.example\n",
    ],
)
def test_seeds_are_lines_or_a_column(tmp_path: Path, content: str | bytes) -> None:
    """Distinct, in order, in their one spelling."""
    assert ["one.example", "two.example"] == read_seeds(_file(tmp_path, content))


def test_names_of_all_scripts_are_seeds(tmp_path: Path) -> None:
    """As A-labels."""
    assert ["xn--bcher-kva.example"] == read_seeds(_file(tmp_path, "bücher.example\n"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ("names no hostname", "one to a line")),
        ("\n# only a comment\n", ("names no hostname",)),
        (
            "one.example\nhttps://two.example/\n",
            ("line 2", "https://two.example/", "`two.example`"),
        ),
        ("one.example\n\nhttps://two.example/about", ("line 3", "`two.example`")),
        ("user@two.example", ("line 1", "`two.example`")),
        ("two.example:8443", ("line 1", "a bare name such as")),
        ("127.0.0.1", ("line 1", "a bare name such as")),
        ("localhost", ("line 1", "single_label")),
        ("one.example two.example", ("line 1",)),
        ("one.example,two.example", ("line 1",)),
        ("hostname,source\none.example,x\nhttp://two.example,y", ("line 3", "`two.example`")),
        ("source,hostname\nx", ("line 2", "no field `hostname`")),
        (b"\x00\x01\x02", ("not a text file",)),
        (b"\x7fELF\x02\x01\xff\xfe", ("not a text file",)),
        (b"\xff\xfeo\x00n\x00e\x00", ("not a text file",)),
        (b"one.example\nb\xfccher.example\n", ("not a text file", "UTF-8")),
        ("a" * 5000, ("line 1",)),
        ('"one.example', ("line 1",)),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_way_out(
    tmp_path: Path, content: str | bytes, words: tuple[str, ...]
) -> None:
    """One line that an operator can act on."""
    path = _file(tmp_path, content)

    with pytest.raises(SeedsError) as raised:
        read_seeds(path)

    message = str(raised.value)
    assert message.startswith(str(path))
    assert all(word in message for word in words), message
    assert "\n" not in message
    assert len(message) < 500 + len(str(path))


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    """Absent, or a folder."""
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(SeedsError, match="cannot be read"):
            read_seeds(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    """As the system words it."""
    path = _file(tmp_path, "one.example")
    path.chmod(0)

    with pytest.raises(SeedsError, match="Permission denied"):
        read_seeds(path)


def test_a_file_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    """It is another kind of file."""
    path = tmp_path / "dump"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)

    with pytest.raises(SeedsError, match="larger than 50 MB"):
        read_seeds(path)


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_seeds_or_one_message(tmp_path: Path, content: bytes) -> None:
    """No file breaks the reader."""
    path = _file(tmp_path, content)
    try:
        seeds = read_seeds(path)
    except SeedsError:
        seeds = None

    assert seeds is None or seeds
