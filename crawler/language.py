"""Which language a server describes itself in, where it does not say: found by us, and marked as found."""

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from crawler.records import Instance, NodeInfo

if TYPE_CHECKING:
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


def detected(text: str | None) -> tuple[str, ...]:
    """The language of a text as one code, or nothing where it is too short or too mixed to tell."""
    prose = _NO_PROSE.sub(" ", (text or "")[:_MOST_CHARACTERS])
    letters = sum(3 if letter >= _WEIGHTY else 1 for letter in prose if letter.isalpha())
    if letters < _FEWEST_LETTERS:
        return ()
    code, probability = _identifier().classify(prose)
    return (code,) if probability >= _CONFIDENT and code not in _NOT_LANGUAGES else ()


def with_languages(instance: Instance | None, nodeinfo: NodeInfo) -> Instance | None:
    """The instance with the language of its description, where neither document names one."""
    if instance is None or instance.languages or nodeinfo.languages:
        return instance
    found = detected(instance.description or nodeinfo.description)
    return replace(instance, languages_detected=found) if found else instance


@cache
def _identifier() -> "LanguageIdentifier":
    # heavy: 1 s and about 75 MB once in a process, and only a crawl needs it
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
