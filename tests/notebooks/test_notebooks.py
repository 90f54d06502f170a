"""The notebooks: run on the sample and on real history, and kept in one form, without what they made."""

import ast
import io
import json
import random
import re
import runpy
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@dataclass
class Ran:
    """What a reader sees of a notebook that has run."""

    printed: dict[str, str] = field(default_factory=dict)
    """What each cell printed, by its id."""
    figures: list[go.Figure] = field(default_factory=list)
    """The charts, in their order."""

    @property
    def answer(self) -> str:
        """What the last cell says."""
        return self.printed["answer"]


def _cells(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _run(path: Path) -> Ran:
    """Run the code cells one after another in one namespace, and show what each ends with, as a kernel does."""
    ran, names = Ran(), {"__name__": "__main__"}
    for cell in _cells(path):
        if cell["cell_type"] == "code":
            with redirect_stdout(io.StringIO()) as out:
                shown = _run_cell(_source(cell), f"{path.name}[{cell['id']}]", names)
            ran.printed[cell["id"]] = out.getvalue()
            if isinstance(shown, go.Figure):
                shown.to_json()
                ran.figures.append(shown)
            elif hasattr(shown, "_repr_html_"):
                shown._repr_html_()
    names["herd"].close()
    return ran


def _run_cell(source: str, name: str, names: dict[str, Any]) -> Any:
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), name, "eval"), names)


@pytest.fixture
def in_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Where an editor runs them; chance is as it was afterwards."""
    state = random.getstate()
    monkeypatch.chdir(FOLDER)
    yield monkeypatch
    random.setstate(state)


# --- on the sample ---------------------------------------------------------------------------------


@each
def test_a_notebook_answers_its_question_on_the_sample(
    path: Path, in_folder: pytest.MonkeyPatch
) -> None:
    """It runs from top to bottom, says that the sample is invented, draws, and ends in whole sentences."""
    in_folder.setenv("HERDBOOK_DATA", str(ROOT / "data" / "sample"))

    ran = _run(path)

    assert "invented" in ran.printed["open"]
    assert ran.figures
    assert ran.answer.endswith(".\n")
    for figure in ran.figures:
        words = figure.layout.title.text, figure.layout.title.subtitle.text
        assert all(words)
        assert "nan" not in " ".join(words)
    assert not re.search(r"\bnan\b|None|-0\b", ran.answer)


def test_a_notebook_without_captures_says_that_it_speaks_of_other_days(
    in_folder: pytest.MonkeyPatch,
) -> None:
    """November 2022 is not in the sample: the answer says so, and is about our own audited days."""
    in_folder.setenv("HERDBOOK_DATA", str(ROOT / "data" / "sample"))

    answer = _run(FOLDER / "03_exodus.ipynb").answer

    assert "No capture of 2022-11-20 is in here" in answer
    assert " per day)" in answer


# --- on real history -------------------------------------------------------------------------------


@pytest.fixture
def facts(shared: Path, history: Path, in_folder: pytest.MonkeyPatch) -> dict[str, Any]:
    """The exact figures by name, with what they are about as what is published here."""
    in_folder.setenv("HERDBOOK_DATA", str(history))
    told = json.loads((shared / "reference" / "FACTS.json").read_text(encoding="utf-8"))
    return {fact["id"]: fact["value"] for fact in told}


@pytest.mark.shared
@pytest.mark.slow
def test_the_exodus_is_told_to_the_digit(facts: dict[str, Any]) -> None:
    """S1 to S3: the last capture of the day, how people were spread, who gained."""
    one, two, three = facts["S1"], facts["S2"], facts["S3"]

    ran = _run(FOLDER / "03_exodus.ipynb")
    answer = ran.answer

    assert "invented" not in ran.printed["open"]
    assert (
        f"servers: {one['instances']:,}; up: {one['up']:,}; registered users: {one['users']:,}; posts: {one['statuses']:,}; "
        f"open registrations: {one['open']:,}; do not say their users: {one['users_null']:,}\n"
    ) in answer
    assert (
        f"its share: {two['ms']}; share of the ten largest: {two['top10']}; servers that hold half: {two['n50']}; "
        f"servers that hold nine tenths: {two['n90']}; median users: {two['median']}; HHI (0 to 10,000): {two['hhi']}; "
        f"Shannon (nats): {two['shannon']}\n"
    ) in answer
    name, gained = three["top"]
    assert f"gained {three['net']:,} registered users" in answer
    assert (
        f"{name} gained most, {gained:,}; {three['new']} servers were new, {three['gone']} were gone.\n"
        in answer
    )
    assert re.search(r"Servers open all the time grew by [\d.]+%, closed ones by [\d.]+%", answer)


@pytest.mark.shared
@pytest.mark.slow
def test_concentration_of_lemmy_is_told_to_the_digit(facts: dict[str, Any]) -> None:
    """S4: three days of Lemmy's list."""
    lines = _run(FOLDER / "04_concentration.ipynb").answer.splitlines()[1:]

    assert lines == [
        f"Lemmy on {name.removeprefix('S4_')}, as said: {fact['instances']:,} servers, {fact['mau']:,} MAU; "
        f"{fact['top'][0]} {fact['top'][1]:,}; ten largest {fact['top10']:.6f}; HHI {fact['hhi']:.2f}"
        for name, fact in sorted(facts.items())
        if name.startswith("S4_")
    ]


@pytest.mark.shared
@pytest.mark.slow
def test_lists_of_others_speak_of_coverage(facts: dict[str, Any]) -> None:
    """Two lists of one month give an estimate; a list and its copy are no pair."""
    answer = _run(FOLDER / "01_coverage.ipynb").answer

    assert facts
    assert re.search(r"servers together: at most [\d.]+% of at least [\d,]+ \(95 %: ", answer)
    assert "instances.social" not in answer


# --- their form ------------------------------------------------------------------------------------


def test_notebooks_are_kept_without_what_they_made() -> None:
    """No outputs, no counters, one form: else run `python notebooks/tidy.py`."""
    tidied = runpy.run_path(str(FOLDER / "tidy.py"))["tidied"]

    untidy = [
        path.name
        for path in NOTEBOOKS
        if (text := path.read_text(encoding="utf-8")) != tidied(text)
    ]

    assert [] == untidy


def test_tidying_takes_out_outputs_and_nothing_else() -> None:
    """A notebook that somebody ran and saved in an editor is what it was before."""
    tidied = runpy.run_path(str(FOLDER / "tidy.py"))["tidied"]
    before = NOTEBOOKS[0].read_text(encoding="utf-8")
    notebook = json.loads(before)
    notebook["metadata"]["language_info"]["version"] = "3.13.1"
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"] = {"collapsed": True}
        cell["source"] = _source(cell)
        if cell["cell_type"] == "code":
            cell |= {"execution_count": number, "outputs": [{"output_type": "stream"}]}

    assert before == tidied(json.dumps(notebook))


@each
def test_a_notebook_has_the_shape_of_all(path: Path) -> None:
    """nbformat 4.5: a question first, few cells with ids that tell, one door to the data, an answer last."""
    cells = _cells(path)
    ids = [cell["id"] for cell in cells]
    code = [_source(cell) for cell in cells if cell["cell_type"] == "code"]
    imported = {
        name
        for source in code
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }  # fmt: skip

    assert re.fullmatch(rf"# {path.stem[:2]} · .+\?", _source(cells[0]).splitlines()[0])
    assert ("question", "answer") == (ids[0], ids[-1])
    assert ("markdown", "code") == (cells[0]["cell_type"], cells[-1]["cell_type"])
    assert len(set(ids)) == len(ids) <= 16
    assert all(re.fullmatch(r"[a-z][a-z_]{1,63}", name) for name in ids)
    assert "herd = open_release()" in _source(cells[ids.index("open")])
    assert imported <= {"igraph", "numpy", "pandas", "pipeline.read", "plotly.express", "plotly.graph_objects", "random"}  # fmt: skip
    assert "pipeline.read" in imported
    assert "**Units:**" in _source(cells[0])


def test_every_notebook_is_in_the_index_with_its_question() -> None:
    """The README of the folder lists them all, in their order."""
    index = re.findall(
        r"^\| \[(\d\d)\]\((.+?)\) \| (.+?) \|",
        (FOLDER / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    questions = [
        re.match(r"# (\d\d) · (.+)", _source(_cells(path)[0])).groups() for path in NOTEBOOKS
    ]

    assert [(number, question) for number, question in questions] == [
        (number, question) for number, _, question in index
    ]
    assert [path.name for path in NOTEBOOKS] == [name for _, name, _ in index]
    assert 10 == len(index)
