"""The made-up published file is shaped as the real one."""

from pathlib import Path

import duckdb
import pytest

from pipeline.dictionary import Relation, relations

READ = {
    "about",
    "acceptances",
    "captures",
    "checks",
    "concentration_weeks",
    "crawls",
    "growth_days",
    "hosting",
    "instance_days",
    "instances",
    "network_days",
    "rules",
    "software",
    "software_days",
    "standings",
    "survival",
    "verdicts",
    "versions",
}
"""What the pages read."""


@pytest.mark.parametrize(
    "relation",
    [relation for relation in relations("marts") if relation.name in READ],
    ids=lambda relation: relation.name,
)
def test_every_table_has_the_columns_of_its_mart(published: Path, relation: Relation) -> None:
    """Pages tested on made-up servers would find the same columns in real ones."""
    file = published / "published" / "herdbook.duckdb"

    with duckdb.connect(file, read_only=True) as connection:
        described = connection.execute(f"describe {relation.full_name}").fetchall()

    assert list(relation.columns) == [row[0] for row in described]
