"""In which language rules are: what a server translates is told, what their text reads as is found, once a text."""

from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import pytest

from pipeline import reading_rules
from pipeline.frontier import DuckDBFrontier
from pipeline.publish import publish_warehouse
from pipeline.reading_rules import language_of

GERMAN = (
    "Seid freundlich zueinander.",
    "Kein Rassismus, kein Sexismus, keine Hetze.",
    "Beschreibt eure Bilder.",
)
_LANGUAGES = "select hostname, rules_languages, rules_language_detected from marts.instances order by hostname"
ENGLISH = ("Be kind to each other.", "No hate speech and no advertising.", "Describe your images.")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (GERMAN, "de"),
        (ENGLISH, "en"),
        (("Soyez bienveillants.", "Pas de publicité.", "Décrivez toutes vos images."), "fr"),
        (("Sé amable con los demás.", "Nada de spam.", "Describe tus imágenes."), "es"),
        (("お互いを尊重しましょう。", "差別的な発言は禁止です。"), "ja"),
        (("Будьте вежливы.", "Никакой рекламы.", "Описывайте изображения."), "ru"),
        (("Να είστε ευγενικοί.", "Όχι διαφημίσεις.", "Περιγράψτε τις εικόνες."), "el"),
        (("서로 존중해 주세요.", "광고는 금지입니다."), "ko"),
    ],
)
def test_rules_read_as_their_language(rules: Sequence[str], expected: str) -> None:
    """Three short ones are enough, in whichever script."""
    found = language_of(rules)

    assert found is not None
    assert expected == found[0]
    assert 0.8 < found[1] <= 1


@pytest.mark.parametrize("rules", [(), ("Be kind.",), ("🌻" * 60,), (*GERMAN, *ENGLISH)])
def test_in_doubt_there_is_no_language(rules: Sequence[str]) -> None:
    """Too short, no letters, or one language after another."""
    assert language_of(rules) is None


def test_what_is_said_and_what_is_found_stand_apart(
    frontier_of: Callable[..., DuckDBFrontier],
    made: Any,
    rows_of: Callable[..., list[tuple[Any, ...]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A text that many publish is read once; what nobody shows any more is forgotten; another reader reads all again."""
    crawl = frontier_of()
    said = {"rules": ENGLISH, "rules_languages": ("de", "pt-BR")}
    told: dict[str, dict[str, Any]] = {
        "a.example": said,
        "b.example": {"rules": GERMAN},
        "c.example": {"rules": GERMAN},
        "d.example": {"rules": ("Be kind.",)},
        "e.example": {},
    }
    crawl.store([made.check(name, instance=made.instance(**rest)) for name, rest in told.items()])
    read: list[Sequence[str]] = []

    def reading(rules: Sequence[str]) -> tuple[str, float] | None:
        read.append(tuple(rules))
        return language_of(rules)

    monkeypatch.setattr(reading_rules, "language_of", reading)
    found = []
    for reader in ("one", "one", "other"):
        monkeypatch.setattr(reading_rules, "READER", reader)
        published = publish_warehouse(crawl.warehouse, checks_promises=True)
        with duckdb.connect(published, read_only=True) as connection:
            found.append(connection.execute(_LANGUAGES).fetchall())

    assert [
        ("a.example", ["de", "pt-BR"], "en"),
        ("b.example", [], "de"),
        ("c.example", [], "de"),
        ("d.example", [], None),
        ("e.example", [], None),
    ] == found[0]
    assert found[0] == found[1] == found[2]
    texts = {ENGLISH, GERMAN, ("Be kind.",)}
    assert texts == set(read[:3]) == set(read[3:])
    assert 6 == len(read)
    kept = rows_of("select reader, count(*) from computed.rules_languages group by all")
    assert [("other", 3)] == kept
