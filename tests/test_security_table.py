"""The table of SECURITY.md: every promise has a test that exists, or a reason why not."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_ROW = re.compile(r"^\| ([A-Z]+-\d{2}) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_ID = re.compile(r"\b(?:SSRF|RES|FRO|OUT|DUR|CON|DASH|SUP)-\d{2}\b")
ROWS = [
    (match[1], match[2].strip(), match[3].strip())
    for match in _ROW.finditer((ROOT / "SECURITY.md").read_text(encoding="utf-8"))
]


@cache
def docstrings_of(path: Path) -> dict[str, str]:
    """The tests of a file with their docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name: ast.get_docstring(node) or ""
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize(("promise", "claim", "proof"), ROWS, ids=[row[0] for row in ROWS])
def test_a_promise_has_a_test_or_a_reason(promise: str, claim: str, proof: str) -> None:
    """Every test that the table names exists and says what it shows."""
    named = _TEST.findall(proof)

    assert claim
    assert named or proof.startswith("not tested: ") or "`make " in proof
    for file, name in named:
        assert docstrings_of(ROOT / file).get(name), f"{file} has no test {name} with a docstring"


def test_every_number_that_a_test_names_is_in_the_table() -> None:
    """A promise that a test keeps is one that is made."""
    named = {
        number
        for path in (ROOT / "tests").rglob("test_*.py")
        for docstring in docstrings_of(path).values()
        for number in _ID.findall(docstring)
    }

    assert named <= {promise for promise, _, _ in ROWS}
    assert len(named) > 30


def test_no_promise_is_made_twice_and_none_is_left_out(shared: Path) -> None:
    """The table has the rows of the requirements that it was written from."""
    text = (shared / "SECURITY.md").read_text(encoding="utf-8")
    wanted = set(
        re.findall(r"^\| ((?:SSRF|RES|FRO|OUT|DUR|CON|DASH)-\d{2}) \|", text, re.MULTILINE)
    )
    wanted |= {f"SUP-{number:02}" for number in range(1, 6)}

    promises = [promise for promise, _, _ in ROWS]
    assert len(promises) == len(set(promises))
    assert wanted == set(promises)


def test_every_package_is_locked_with_its_hash() -> None:
    """SUP-01: nothing is installed whose bytes were not seen before."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    files = [
        file
        for package in packages
        for file in [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
    ]

    assert len(files) > 100
    assert [] == [file for file in files if not file.get("hash", "").startswith("sha256:")]


def test_a_finder_knows_where_to_go() -> None:
    """SUP-05: how to report, how soon there is an answer, and the licence are told."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")

    assert "report a hole in private" in text
    assert "within seven days" in text
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").strip()


def test_the_pages_tell_nobody_about_their_errors() -> None:
    """DASH-05: visitors see no traceback, third parties hear no statistics."""
    path = ROOT / "dashboard" / ".streamlit" / "config.toml"
    told = tomllib.loads(path.read_text(encoding="utf-8"))

    assert "none" == told["client"]["showErrorDetails"]
    assert not told["browser"]["gatherUsageStats"]
