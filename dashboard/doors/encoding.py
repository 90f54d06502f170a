"""Compression of what is sent: which encoding somebody takes, and bytes in it."""

import gzip

import brotli

SMALLEST = 500
"""Bytes below which an answer is not worth compressing; Streamlit's own limit, so that it leaves ours alone."""

_QUICK = {"br": 5, "gzip": 6}
"""For answers made anew: a megabyte in some 15 ms."""

_THOROUGH = {"br": 7, "gzip": 6}
"""For files made once: 23 MB of scripts in 1.1 s together. One per cent less would take thrice as long."""

SUFFIX = {"br": ".br", "gzip": ".gz"}
"""Encodings we speak, the smaller first, and how files in them are named."""


def chosen(accepted: str) -> str | None:
    """Choose the smallest encoding of an `Accept-Encoding`; `None` = as it is."""
    weights = dict(_weighed(part) for part in accepted.lower().split(","))
    for encoding in SUFFIX:
        if weights.get(encoding, weights.get("*", 0.0)) > 0:
            return encoding
    return None


def _weighed(part: str) -> tuple[str, float]:
    name, _, rest = part.partition(";")
    told = rest.strip().removeprefix("q=").strip()
    try:
        return name.strip(), float(told) if told else 1.0
    except ValueError:
        return name.strip(), 0.0


def compressed(body: bytes, encoding: str, *, thoroughly: bool = False) -> bytes:
    """Bytes in one of the encodings."""
    level = (_THOROUGH if thoroughly else _QUICK)[encoding]
    if encoding == "br":
        return bytes(brotli.compress(body, quality=level))
    # no time in the header: the same bytes make the same file
    return gzip.compress(body, level, mtime=0)
