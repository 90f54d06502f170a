"""Bodies: decoded in pieces of any size, within any limit."""

import gzip
import zlib
from typing import Any

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.body import decoder
from crawler.exceptions import FetchError
from crawler.outcome import Outcome

_ENCODERS: dict[str, Any] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
}
_CODINGS = sorted(_ENCODERS)
_ZEROS = {coding: encode(bytes(1 << 18)) for coding, encode in _ENCODERS.items()}


def _decode(coding: str, data: bytes, piece: int, room: int) -> bytes:
    decode = decoder(coding)
    assert decode is not None
    produced = b""
    for start in range(0, len(data), piece):
        produced += decode.feed(data[start : start + piece], room - len(produced))
        if len(produced) > room:
            return produced
    decode.end()
    return produced


@given(st.binary(max_size=3000), st.sampled_from(_CODINGS), st.integers(1, 700))
def test_a_body_is_the_same_in_pieces_of_any_size(body: bytes, coding: str, piece: int) -> None:
    """The network cuts where it likes."""
    assert body == _decode(coding, _ENCODERS[coding](body), piece, 10_000)


@given(st.sampled_from(_CODINGS), st.integers(1, 50), st.integers(0, 2000))
def test_decoding_stops_soon_after_the_limit(coding: str, piece: int, room: int) -> None:
    """One byte over it says that there was more; no second megabyte is made."""
    produced = _decode(coding, _ZEROS[coding], piece, room)

    assert room < len(produced) <= room + (1 << 16)


@given(st.binary(max_size=3000), st.sampled_from(_CODINGS), st.integers(0, 200))
def test_decoding_goes_on_where_room_ended(body: bytes, coding: str, room: int) -> None:
    """Who waits for more room loses nothing of what came already."""
    decode = decoder(coding)
    assert decode is not None
    encoded = _ENCODERS[coding](body * 9)
    produced = decode.feed(encoded, room)
    produced += decode.feed(b"", 100_000)
    decode.end()

    assert body * 9 == produced


@given(st.binary(max_size=300), st.sampled_from([*_CODINGS, "x-gzip"]), st.integers(1, 100))
def test_any_bytes_are_a_body_or_bad_http(data: bytes, coding: str, piece: int) -> None:
    """Nothing else comes out of a decoder."""
    outcome = None
    try:
        _decode(coding, data, piece, 100_000)
    except FetchError as error:
        outcome = error.outcome

    assert outcome in (None, Outcome.BAD_HTTP)


def test_a_gzip_file_of_several_members_is_one_body() -> None:
    """As RFC 1952 has it."""
    assert b"onetwo" == _decode("gzip", gzip.compress(b"one") + gzip.compress(b"two"), 7, 100)


@pytest.mark.parametrize("coding", _CODINGS)
def test_a_body_that_never_began_is_empty(coding: str) -> None:
    """Servers answer HEAD-like, with a coding and no bytes."""
    assert b"" == _decode(coding, b"", 1, 100)


@pytest.mark.parametrize("coding", ["", "identity", " Identity "])
def test_no_coding_needs_no_decoder(coding: str) -> None:
    """The bytes are the body."""
    assert decoder(coding) is None


@pytest.mark.parametrize("coding", ["zstd", "compress", "gzip, br", "gzip\x00", "*"])
def test_other_codings_are_refused(coding: str) -> None:
    """What was not asked for could not be limited."""
    with pytest.raises(FetchError) as raised:
        decoder(coding)

    assert Outcome.BAD_HTTP == raised.value.outcome
