"""Nextcloud Social: NodeInfo and, in newer versions, peers."""

from collections.abc import Callable
from pathlib import Path

import pytest

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "nextcloud").iterdir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """A missing list is one that this version does not have."""
    expected, actual = golden(case)

    assert expected == actual
