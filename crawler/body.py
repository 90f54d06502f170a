"""Response bodies, decompressed within a limit: a bomb ends at the limit, not in memory."""

import zlib
from typing import Protocol

import brotli

from crawler.exceptions import FetchError
from crawler.outcome import Outcome

ACCEPT_ENCODING = "gzip, deflate, br"
"""What is asked for is exactly what can be decoded within a limit."""


class Decoder(Protocol):
    """Turns what came over the wire into the body."""

    def feed(self, data: bytes, room: int) -> bytes:
        """Decode a piece; stops soon after `room` bytes, and goes on from there with `b""`. Raises `FetchError`."""
        ...

    def end(self) -> None:
        """Say that no more comes. Raises `FetchError` when the body is cut short."""
        ...


def decoder(content_encoding: str) -> Decoder | None:
    """The decoder for a Content-Encoding, `None` for an unencoded body. Raises `FetchError`."""
    coding = content_encoding.strip().lower()
    if coding in ("", "identity"):
        return None
    if coding in ("gzip", "x-gzip"):
        return _Inflate(zlib.MAX_WBITS | 16)
    if coding == "deflate":
        return _Inflate(None)
    if coding == "br":
        return _Brotli()
    raise FetchError(Outcome.BAD_HTTP, f"content coding {content_encoding!r:.60} was not asked for")


class _Inflate:
    """gzip, and what servers call deflate: zlib, or bare deflate as old Microsoft servers send it."""

    def __init__(self, window: int | None) -> None:
        self._window = window
        self._stream: zlib._Decompress | None = None
        self._left = b""
        """What was not decoded yet, for want of room."""
        self._is_full = False
        """Whether more may come out than went in since."""

    def feed(self, data: bytes, room: int) -> bytes:
        data, produced = self._left + data, b""
        while (data or self._is_full) and len(produced) <= room:
            self._is_full = False
            if self._stream is None:
                self._stream = zlib.decompressobj(self._window or _deflate_window(data))
            try:
                produced += self._stream.decompress(data, room + 1 - len(produced))
            except zlib.error as error:
                raise _broken(error) from None
            if not self._stream.eof:
                data = self._stream.unconsumed_tail
            elif data := self._stream.unused_data:
                # another member of the same gzip file follows
                self._stream = None
        self._left, self._is_full = data, len(produced) > room
        return produced

    def end(self) -> None:
        if self._stream is not None and not self._stream.eof:
            raise _broken("it is cut short")


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._is_begun = False

    def feed(self, data: bytes, room: int) -> bytes:
        self._is_begun = True
        try:
            produced = self._stream.process(data, output_buffer_limit=room + 1)
            while len(produced) <= room and not self._stream.can_accept_more_data():
                more = self._stream.process(b"", output_buffer_limit=room + 1 - len(produced))
                produced += more
        except brotli.error as error:
            raise _broken(error) from None
        return bytes(produced)

    def end(self) -> None:
        if self._is_begun and not self._stream.is_finished():
            raise _broken("it is cut short")


def _deflate_window(data: bytes) -> int:
    """RFC 9110 means zlib; its first byte tells it from bare deflate."""
    return zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS


def _broken(reason: object) -> FetchError:
    return FetchError(Outcome.BAD_HTTP, f"the compressed body is broken: {reason!s:.100}")
