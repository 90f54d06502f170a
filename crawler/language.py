"""Which language a server describes itself in, where it does not say: found by us, and marked as found."""

import os
import re
import sys
from dataclasses import replace
from functools import cache
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from crawler.records import Instance, NodeInfo

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from py3langid.langid import LanguageIdentifier

_FEWEST_LETTERS = 40
"""Below this a name or two decides ("Mastodon server gardening bread" reads as Norwegian)."""
_MOST_CHARACTERS = 600
"""More says nothing new: reading these takes 0.05 to 2 ms, Japanese the longest."""
_CONFIDENT = 0.6
"""Least normalised probability. Lists of names and tags stay below 0.15, sentences are above 0.65."""
_WEIGHTY = "\u2e80"
"""From here on (Chinese, Japanese, Korean) a character says as much as three letters."""
_NO_PROSE = re.compile(r"\S*(?:://|@|\.\w|#)\S*")
"""Addresses, accounts and tags: words of no language."""
_NOT_LANGUAGES = frozenset({"zxx", "und"})


def guessed(text: str | None) -> tuple[str, float] | None:
    """The likeliest language of a text and how likely it is; `None` where too little stands there to say."""
    prose = _NO_PROSE.sub(" ", (text or "")[:_MOST_CHARACTERS])
    letters = sum(3 if letter >= _WEIGHTY else 1 for letter in prose if letter.isalpha())
    if letters < _FEWEST_LETTERS:
        return None
    code, probability = _identifier().classify(prose)
    return None if code in _NOT_LANGUAGES else (code, float(probability))


def detected(text: str | None) -> tuple[str, ...]:
    """The language of a text as one code, or nothing where it is too short or too mixed to tell."""
    found = guessed(text)
    return (found[0],) if found is not None and found[1] >= _CONFIDENT else ()


def with_languages(instance: Instance | None, nodeinfo: NodeInfo) -> Instance | None:
    """The instance with the language of its description, where neither document names one."""
    if instance is None or instance.languages or nodeinfo.languages:
        return instance
    found = detected(instance.description or nodeinfo.description)
    return replace(instance, languages_detected=found) if found else instance


@cache
def _identifier() -> "LanguageIdentifier":
    # heavy: a second once in a process, and only a crawl needs it
    import numpy
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    weights, steps = model.nb_ptc, model.tk_nextmove
    stored_weights = _Stored(memoryview(weights).cast("B"), weights[0].nbytes)
    stored_steps = _Stored(memoryview(steps).cast("B"), steps.itemsize)
    return LanguageIdentifier(
        _Weights(
            lambda rows: numpy.frombuffer(
                b"".join(map(stored_weights.row, rows.tolist())), dtype=weights.dtype
            ).reshape(len(rows), -1)
        ),
        model.nb_pc,
        model.nb_classes,
        _Steps(stored_steps),
        model.tk_output,
        norm_probs=True,
        tk_row=model.tk_row,
    )


class _Stored:
    """A table of the model in a nameless file, read row by row.

    A text needs some hundreds of its millions of rows: 67 MB less in a crawl, for less than a millisecond a text.
    """

    def __init__(self, table: memoryview, row_bytes: int) -> None:
        with TemporaryFile() as file:
            file.write(table)
            file.flush()
            # open for as long as the process lasts
            self._handle = os.dup(file.fileno())
        self._row_bytes = row_bytes

    def row(self, place: int) -> bytes:
        """The bytes of one row."""
        return os.pread(self._handle, self._row_bytes, place * self._row_bytes)


class _Steps:
    """The model's transitions: which state follows a state and a byte."""

    def __init__(self, stored: _Stored) -> None:
        self._stored = stored

    def __getitem__(self, place: int) -> int:
        return int.from_bytes(self._stored.row(place), sys.byteorder)


class _Weights:
    """The model's weights: one row for each feature that a text shows."""

    def __init__(self, rows: "Callable[[NDArray[Any]], NDArray[Any]]") -> None:
        self._rows = rows

    def __getitem__(self, places: "NDArray[Any]") -> "NDArray[Any]":
        return self._rows(places)
