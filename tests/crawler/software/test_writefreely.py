"""WriteFreely: NodeInfo alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "writefreely").iterdir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """Closed with invitations is by invitation; blogs are not counted again."""
    expected, actual = golden(case)

    assert expected == actual
