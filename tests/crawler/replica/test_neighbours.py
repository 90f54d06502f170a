"""Bad neighbours: one of each manner, half of them dead, and the README says what each is for."""

import re
from pathlib import Path

from crawler.replica.neighbours import OUTCOMES, Manner, manners

README = Path(__file__).parents[3] / "crawler" / "replica" / "README.md"


def test_the_readme_has_every_manner_with_its_outcome() -> None:
    """The table of the README is the table of the code."""
    rows = re.findall(r"^\| `(\w+)` \| .+ \| `(\w+)`.* \|$", README.read_text(), re.MULTILINE)

    assert {manner.value: OUTCOMES[manner].value for manner in Manner} == dict(rows)


def test_even_a_small_world_has_one_of_each() -> None:
    """Every manner is met in a world of one server."""
    assert set(Manner) == set(manners(1))


def test_most_bad_neighbours_are_merely_dead() -> None:
    """Of many, half are dead, and those that hang are rare: they cost everybody seconds."""
    drawn = manners(10_000)

    assert 900 == len(drawn)
    assert 0.45 < drawn.count(Manner.DEAD) / len(drawn) < 0.55
    assert 1 == drawn.count(Manner.SLOW) == drawn.count(Manner.DRIPPING)
