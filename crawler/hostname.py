"""Hostname: the key of an instance. Made only by parsing; parsing twice changes nothing."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

import idna
import tldextract

from crawler.exceptions import HostnameError

# The packaged snapshot only (no URL, no cache folder), ICANN section only: with the private
# section every ngrok tunnel would be a registrable domain of its own (SECURITY FRO-03).
_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

_ASCII_NAME = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}\Z"
)
_IPV4_LIKE = re.compile(r"(?:0x[0-9a-f]+|[0-9]+)(?:\.(?:0x[0-9a-f]+|[0-9]+))*\Z")
_UNUSUAL = re.compile(r"xn--|\A[0-9]")
"""What may be another name, or an address, though its characters are those of a name."""
_SCHEME = re.compile(r"\A(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)

_NEVER_PUBLIC = frozenset(
    {"local", "localhost", "internal", "intranet", "lan", "home", "corp", "onion", "i2p", "arpa"}
    | {"invalid", "alt", "localdomain", "private"}
)
"""Endings that lead to nobody in public (RFC 6761, RFC 7686, RFC 9476, ICANN's `internal`)."""

RESERVED_SUFFIXES = frozenset({"example", "test"})
"""RFC 6761 names for documentation and tests: valid hostnames that the live frontier never admits."""


class Hostname(str):
    """A public DNS name: lower case, IDNA A-labels, no port, no address, its suffix known.

    >>> Hostname.parse("Bücher.Example.")
    Hostname('xn--bcher-kva.example')
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Hostname({str.__repr__(self)})"

    @classmethod
    def parse(cls, text: object) -> "Hostname":
        """Parse a bare hostname.

        Raises `HostnameError` with a counted reason for anything else, URLs and ports included.
        """
        if not isinstance(text, str):
            raise HostnameError("not_text", text)
        name, reason = _parse(text)
        if name is None:
            raise HostnameError(reason, text)
        return name

    @classmethod
    def parse_claim(cls, text: object) -> "Hostname":
        """Parse a name as others write it: scheme, path and port 443 are cut off first.

        Peer lists carry such spellings (Friendica: `host/friendica`). Another port is another
        server than the one we would ask, so it is refused. Raises `HostnameError`.
        """
        if not isinstance(text, str):
            raise HostnameError("not_text", text)
        name, reason = _parse(text)
        if name is None:
            name, reason = _parse_claim(text)
        if name is None:
            raise HostnameError(reason, text)
        return name

    @property
    def is_reserved(self) -> bool:
        """Whether the name ends in one of `RESERVED_SUFFIXES`."""
        return self.rpartition(".")[2] in RESERVED_SUFFIXES

    @property
    def registrable_domain(self) -> str:
        """The part somebody registered: one label below the public suffix (ICANN section)."""
        return _registrable_domain(str(self))


@lru_cache(maxsize=1 << 16)
def _registrable_domain(name: str) -> str:
    above, _, ending = name.rpartition(".")
    if ending in RESERVED_SUFFIXES:
        return f"{above.rpartition('.')[2]}.{ending}"
    return _SUFFIXES(name).top_domain_under_public_suffix


# One list of peers names what the next one names too: the spellings seen last are kept (about 25 MB), so
# that each is parsed once and each Hostname is one object.
_KNOWN: dict[str, Hostname] = {}
_MOST_KNOWN = 1 << 17


def parse_claim_or_reason(text: object) -> tuple[Hostname | None, str]:
    """`Hostname.parse_claim` without an exception, for lists of many names: (name, "") or (None, reason)."""
    if not isinstance(text, str):
        return None, "not_text"
    name, _ = _parse(text)
    return (name, "") if name is not None else _parse_claim(text)


def known(texts: Sequence[object]) -> list[Hostname | None]:
    """The names of many spellings, as far as they were parsed a short while ago; `None` = parse it.

    A list of peers is mostly names that other lists named, and this costs a fiftieth of a parse.
    """
    try:
        return list(map(_KNOWN.get, texts))  # type: ignore[arg-type]
    except TypeError:
        # an entry that is no text at all, a list or an object
        return [_KNOWN.get(text) if isinstance(text, str) else None for text in texts]


def _parse(text: str) -> tuple[Hostname | None, str]:
    name = _KNOWN.get(text)
    if name is not None:
        return name, ""
    name, reason = _parse_anew(text)
    if name is not None:
        if len(_KNOWN) >= _MOST_KNOWN:
            # the oldest half goes at once: what is popular comes back with the next list
            for old in tuple(islice(_KNOWN, _MOST_KNOWN // 2)):
                _KNOWN.pop(old, None)
        # a spelling that is the name already is kept once, and so is the name of two spellings
        name = _KNOWN.setdefault(name, name)
        if name != text:
            _KNOWN[text] = name
    return name, reason


@lru_cache(maxsize=1 << 12)
def _parse_anew(text: str) -> tuple[Hostname | None, str]:
    # most are spelled as they should be, and one look is enough for that
    is_usual = _ASCII_NAME.match(text) is not None and not _UNUSUAL.search(text)
    name, reason = (text, "") if is_usual else _spelled(text)
    if reason:
        return None, reason
    ending = name.rpartition(".")[2]
    if ending in _NEVER_PUBLIC:
        return None, "never_public"
    if ending not in RESERVED_SUFFIXES:
        parts = _SUFFIXES(name)
        if not parts.suffix:
            return None, "unknown_suffix"
        if not parts.domain:
            return None, "public_suffix"
    return Hostname(name), ""


def _spelled(text: str) -> tuple[str, str]:
    """A name in its one spelling, and why it is none."""
    if len(text) > 1000:
        return "", "too_long"
    name = text.strip().lower().removesuffix(".")
    if not name.isascii() or "xn--" in name:
        name, reason = _to_ascii(name)
        if reason:
            return "", reason
    if not name:
        return "", "empty"
    if len(name) > 253:
        return "", "too_long"
    if name.startswith("[") or ":" in name:
        return "", "address_or_port"
    if "*" in name:
        return "", "obfuscated"
    if _IPV4_LIKE.match(name):
        return "", "address_or_port"
    if "." not in name:
        return "", "single_label"
    if not _ASCII_NAME.match(name):
        return "", "bad_characters"
    return name, ""


@lru_cache(maxsize=1 << 12)
def _parse_claim(text: str) -> tuple[Hostname | None, str]:
    bare = _SCHEME.sub("", text.strip())
    bare = re.split(r"[/?#\\]", bare, maxsplit=1)[0].rpartition("@")[2]
    host, colon, port = bare.partition(":")
    if colon and port not in ("443", ""):
        return None, "address_or_port"
    return _parse(host)


def _to_ascii(name: str) -> tuple[str, str]:
    """UTS-46 to A-labels; symbols that IDNA 2008 refuses fall back to IDNA 2003 (🍺🌯.to exists)."""
    try:
        return idna.encode(name, uts46=True, transitional=False).decode("ascii"), ""
    except (idna.IDNAError, UnicodeError):
        pass
    try:
        ascii_name = name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return name, "bad_characters"
    if name.isascii():
        # an xn-- label that neither standard can read back
        try:
            ascii_name.encode("ascii").decode("idna")
        except UnicodeError:
            return name, "bad_characters"
    return ascii_name, ""
