"""The hand-kept numbers of the ranking: read strictly."""

from pathlib import Path

import pytest

from pipeline.exceptions import HandKeptError
from pipeline.ranking import RANKING, ranking, read_ranking


def test_what_is_shipped_can_be_read() -> None:
    """Its weights are 1 together."""
    assert 1 == pytest.approx(sum(ranking().weights.values()))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("turn = 0.45", "turn = 0.55", "the weights are 1.1 together, not 1"),
        (
            "turn = 0.45",
            "spin = 0.45",
            r"\[weights\] must have each of its names once; look at spin, turn",
        ),
        ("turn = 0.45", "turn = -0.45", r"\[weights\] turn = -0.45 is no number"),
        (
            "least_active = 5 ",
            "least_active = true ",
            r"\[gates\] least_active = True is no number",
        ),
        ("small = [5, 199]", "small = [199, 5]", r"small = \[199, 5\] is no size"),
        ("[gates]", "[gates", "line"),
    ],
)
def test_what_cannot_be_meant_is_named(
    before: str, after: str, message: str, tmp_path: Path
) -> None:
    """The file, the name and the value."""
    path = tmp_path / "ranking.toml"
    path.write_text(RANKING.read_text().replace(before, after))

    with pytest.raises(HandKeptError, match=message):
        read_ranking(path)
