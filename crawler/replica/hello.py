"""The server name in a TLS ClientHello (RFC 8446 §4.1.2, RFC 6066 §3), read before TLS begins. Pure."""

_HANDSHAKE = 22
_CLIENT_HELLO = 1
_SERVER_NAME = 0


def server_name(hello: bytes) -> str:
    """The name a client wants to talk to; empty where it says none, or where this is no ClientHello."""
    try:
        return _name(hello)
    except (IndexError, UnicodeDecodeError):
        return ""


def _name(hello: bytes) -> str:
    if hello[0] != _HANDSHAKE or hello[5] != _CLIENT_HELLO:
        return ""
    # record 5, handshake 4, version 2, random 32
    place = 43
    place += 1 + hello[place]
    place += 2 + _two(hello, place)
    place += 1 + hello[place]
    end = place + 2 + _two(hello, place)
    place += 2
    while place + 4 <= end:
        kind, size = _two(hello, place), _two(hello, place + 2)
        if kind == _SERVER_NAME:
            # list length 2, name type 1, name length 2
            length = _two(hello, place + 7)
            name = hello[place + 9 : place + 9 + length]
            return name.decode("ascii").lower() if len(name) == length else ""
        place += 4 + size
    return ""


def _two(data: bytes, place: int) -> int:
    return data[place] << 8 | data[place + 1]
