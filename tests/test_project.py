"""The project itself: what its files promise about each other."""

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
_TOP_LEVEL = {
    "pyproject.toml", "README.md", "crawler", "pipeline", "dashboard", "data", "notebooks", "tests",
    "LICENSE", "Makefile", "uv.lock", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "CITATION.cff",
}  # fmt: skip


def _tracked() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.splitlines()


def test_the_top_level_is_the_one_of_the_readme() -> None:
    """Nothing but the folders of the map, the documents and dotfiles lives at the top."""
    strays = {name.partition("/")[0] for name in _tracked()} - _TOP_LEVEL

    assert set() == {name for name in strays if not name.startswith(".")}


def test_every_dependency_says_what_it_is_for() -> None:
    """Each line of a dependency list stands under a comment that gives its reason."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    names = re.findall(
        r'^    "([A-Za-z0-9_-]+)[^"]*",$', text.partition("[project.scripts]")[0], re.MULTILINE
    )
    project = tomllib.loads(text)["project"]

    assert len(project["dependencies"]) == len(names)
    assert "scrapy==2.19.0" in project["dependencies"]
    for name in names:
        before = text.partition(f'    "{name}')[0].rstrip().splitlines()[-1].strip()
        assert before.startswith(("#", '"')), f"{name} has no line saying what it is for"


def test_hand_kept_data_says_who_and_when() -> None:
    """Every hand-kept table has a source and a date for each row."""
    for path in (ROOT / "data").glob("*.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        assert {"source", "added_on"} <= set(header.split(",")), path.name
        for row in rows:
            assert len(header.split(",")) == len(row.split(",")), f"{path.name}: {row}"
            assert re.search(r",\d{4}-\d{2}-\d{2}$", row), f"{path.name}: {row}"


def test_the_project_is_cited_by_its_own_version() -> None:
    """CITATION.cff and pyproject.toml say the same version and licence."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")

    assert f"\nversion: {project['version']}\n" in cited
    assert f"\nlicense: {project['license']}\n" in cited
