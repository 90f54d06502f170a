"""The registry: families are found, and their table is the README's."""

import re

import pytest

from crawler.records import Instance, NodeInfo
from crawler.registry import README, Family, families, family_of, table, with_table

FIELDS = {*NodeInfo.__dataclass_fields__, *Instance.__dataclass_fields__}


def test_the_readme_shows_the_families_of_the_code() -> None:
    """What is asked of which software is documented where admins and developers look for it."""
    text = README.read_text(encoding="utf-8")

    assert text == with_table(text), "renew it: python -m crawler.registry"


def test_a_name_belongs_to_one_family() -> None:
    """Two modules that speak for one software would contradict each other."""
    names = [name for family in families() for name in family.NAMES]

    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("family", families(), ids=lambda family: family.__name__)
def test_a_family_offers_what_a_family_has(family: Family) -> None:
    """Canonical names, paths of the server itself, and fields that exist."""
    assert family.NAMES
    assert all(name == name.strip().lower() for name in family.NAMES)
    assert all(re.fullmatch(r"/[!-~]*", question) for question in family.QUESTIONS)
    assert set(family.MEANINGFUL) <= FIELDS
    assert family.__doc__


def test_an_unknown_software_gets_the_family_of_all_others() -> None:
    """Unknown software is counted under its own name and asked what most servers answer."""
    assert family_of("brand-new-thing") is family_of(None) is family_of("*")


def test_the_table_has_a_line_for_each_family() -> None:
    """Names, questions and meaning stand beside each other."""
    lines = table().splitlines()

    assert len(families()) + 2 == len(lines)
    assert any("any other" in line for line in lines)
