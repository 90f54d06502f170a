"""Records: frozen, documented, and told apart."""

import ast
import dataclasses
from pathlib import Path

import pytest

from crawler import conversation, frontier, records
from crawler.records import NodeInfo

_MODULES = [records, conversation, frontier]


@pytest.mark.parametrize("module", _MODULES, ids=lambda module: module.__name__)
def test_every_field_of_a_record_has_its_words(module: object) -> None:
    """A field without a docstring under it has no agreed meaning, unit or sense of `None`."""
    source = Path(str(module.__file__)).read_text(encoding="utf-8")  # type: ignore[attr-defined]
    bare = []
    for node in ast.parse(source).body:
        if not isinstance(node, ast.ClassDef) or node.name == "Liveness":
            continue
        body = node.body
        for here, after in zip(body, [*body[1:], None], strict=True):
            if isinstance(here, ast.AnnAssign) and not (
                isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            ):
                bare.append(f"{node.name}.{ast.unparse(here.target)}")

    assert [] == bare


def test_records_are_frozen_and_take_no_stray_attributes() -> None:
    """What a check yielded cannot be changed on its way to the warehouse."""
    record = NodeInfo(schema_version="2.0", software_name="mastodon")

    with pytest.raises(dataclasses.FrozenInstanceError):
        record.users_total = 3  # type: ignore[misc]


def test_not_said_is_the_default_and_not_zero() -> None:
    """A count that nobody gave is `None`."""
    record = NodeInfo(schema_version="2.0", software_name="mastodon")

    assert record.users_total is None
    assert record.is_open_registrations is None
