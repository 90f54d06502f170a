"""Mobilizon: NodeInfo alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "mobilizon").iterdir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """Open is open; there are no peers."""
    expected, actual = golden(case)

    assert expected == actual
