"""Invented hostnames under `.example`, as varied as real ones. No real domain is named."""

from collections.abc import Iterator, Sequence

import idna
import numpy as np

_FIRST = (
    "blau", "gruen", "kiosk", "hafen", "nord", "leise", "wild", "alt", "stern", "moor", "quiet", "paper",
    "copper", "amber", "velvet", "salty", "lunar", "foggy", "crooked", "gentle", "tiny", "rusty", "petit",
    "vieux", "bon", "grand", "rouge", "calme", "verde", "claro", "alto", "norte", "vecchio", "piccolo",
    "dolce", "groene", "kleine", "stille", "zielony", "maly", "cichy", "modry", "stary", "sakura", "yama",
    "kawa", "neko", "tsuki", "hoshi", "kaze", "ume", "lille", "gamla", "skogs", "sininen", "pikku", "uusi",
    "second", "common", "civic", "open", "slow", "late", "queer", "solar", "radio",
)  # fmt: skip
_SECOND = (
    "salon", "laden", "stube", "garten", "werk", "platz", "brücke", "möwe", "turm", "wiese", "harbor",
    "lantern", "kettle", "orchard", "meadow", "ferry", "attic", "lighthouse", "workshop", "parlour", "fox",
    "heron", "badger", "otter", "moth", "pigeon", "café", "jardin", "moulin", "quai", "atelier", "plaza",
    "faro", "taller", "barrio", "nido", "mercato", "ponte", "tuin", "gracht", "molen", "las", "most",
    "kawiarnia", "zahrada", "dilna", "mura", "niwa", "machi", "sora", "umi", "mori", "torget", "stugan",
    "fjord", "metsä", "ranta", "kylä", "press", "noise", "loop", "signal", "letters", "choir", "club",
    "union", "archive", "kitchen", "library", "observatory", "co-op", "lab",
)  # fmt: skip
_WHOLE = (
    "книга",
    "森の家",
    "café-de-la-gare",
    "señal",
    "größe",
    "ねこ",
    "서재",
    "کتاب",
    "été",
    "żubr",
)
"""Names that are written in other letters; peers name them by their A-labels."""

_PREFIXES: dict[str, tuple[str, ...]] = {
    "mastodon": ("", "", "", "social", "mastodon", "m", "toot"),
    "peertube": ("tube", "video", "videos", "peertube", ""),
    "lemmy": ("lemmy", "", "feddit"),
    "piefed": ("piefed", ""),
    "mbin": ("mbin", "kbin", ""),
    "misskey": ("", "", "mi", "misskey"),
    "pixelfed": ("pix", "pixelfed", "photos"),
    "wordpress": ("", "", "blog", "www"),
    "ghost": ("", "blog", "www"),
    "writefreely": ("blog", "write", ""),
    "gotosocial": ("gts", "social", "fedi", ""),
    "friendica": ("friendica", "social", ""),
    "bookwyrm": ("books", ""),
    "funkwhale": ("audio", "music", ""),
    "owncast": ("live", "stream", "owncast"),
    "mobilizon": ("events", "mobilizon"),
    "activity-relay": ("relay",),
    "pub-relay": ("relay",),
}


def hostnames(softwares: Sequence[str], rng: np.random.Generator) -> list[str]:
    """One distinct hostname for each of these software names."""
    taken: set[str] = set()
    names = []
    stems = _stems(rng)
    for position, software in enumerate(softwares):
        name = ""
        while not name or name in taken:
            name = f"{next(stems)}.example"
            prefixes = _PREFIXES.get(software, ("", "", "social", "fedi"))
            prefix = prefixes[(position * 7 + len(name)) % len(prefixes)]
            name = f"{prefix}.{name}" if prefix else name
        taken.add(name)
        names.append(name)
    return names


def young_hostnames(count: int, day: int, rng: np.random.Generator) -> list[str]:
    """Names for those born on a day, never the name of anybody who was there before."""
    places = rng.integers(0, len(_FIRST) * len(_SECOND), count).tolist()
    return [
        ascii_label(f"{_FIRST[place % len(_FIRST)]}-{_SECOND[place // len(_FIRST)]}-{day}x{number}")
        + ".example"
        for number, place in enumerate(places)
    ]


def farm_labels(count: int) -> list[str]:
    """Labels as a wildcard farm makes them up."""
    return [f"{_FIRST[i % len(_FIRST)]}{i * 7919 % 9973:04d}" for i in range(count)]


def _stems(rng: np.random.Generator) -> Iterator[str]:
    """Distinct stems without end: whole words, two words, then two words and a number."""
    yield from (ascii_label(word) for word in _WHOLE[:3])
    pairs = [(first, second) for first in _FIRST for second in _SECOND]
    order = rng.permutation(len(pairs))
    for turn in range(1_000_000):
        for rank, place in enumerate(order):
            first, second = pairs[place]
            joint = "-" if rank % 3 else ""
            number = str(turn + 1) if turn else ""
            yield ascii_label(f"{first}{joint}{second}{number}")
        if turn == 0:
            yield from (ascii_label(word) for word in _WHOLE[3:])


def ascii_label(text: str) -> str:
    """A label as DNS has it."""
    return text if text.isascii() else idna.encode(text, uts46=True).decode("ascii")
