"""Ghost and microblog.pub: one author."""

from collections.abc import Callable
from pathlib import Path

import pytest

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "single_author").iterdir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """Their one user and their closed registration are constants."""
    expected, actual = golden(case)

    assert expected == actual
