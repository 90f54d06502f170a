"""Parts of pages that are drawn once for all who would see the same."""

from datetime import UTC, datetime
from typing import cast

from dashboard.frame import Snapshot
from dashboard.language import LANGUAGES, Speech, speaking, spoken
from dashboard.parts import shared
from pipeline.read import About

SEEN: list[str] = []


def _words(snapshot: Snapshot, measure: str) -> str:
    SEEN.append(snapshot.stamp)
    return f"{snapshot.stamp} {measure} {spoken().code}"


def _snapshot(stamp: str) -> Snapshot:
    return Snapshot(stamp=stamp, about=cast("About", None), now=datetime.now(UTC))


def test_a_part_is_made_once_for_each_file_choice_and_language() -> None:
    """The hour at which somebody looks makes no difference, another file does."""
    one, newer = _snapshot("parts one"), _snapshot("parts two")
    german = Speech(language=LANGUAGES["de"])

    told = [shared(_words, one, "users"), shared(_words, _snapshot("parts one"), "users")]
    told += [shared(_words, one, "posts"), shared(_words, newer, "users")]
    with speaking(german):
        told.append(shared(_words, one, "users"))

    assert "parts one users de" == told[-1]
    assert ["parts one users en"] * 2 == told[:2]
    assert ["parts one", "parts one", "parts two", "parts one"] == SEEN
