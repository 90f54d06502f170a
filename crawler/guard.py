"""Which addresses may be connected at all. Everything else is refused before a packet leaves.

The table follows GoToSocial's design (internal/httpclient/sanitizer.go): a list of IPv4 networks that are
not public, and of IPv6 only global unicast less its special parts. `ipaddress.is_global` is no substitute:
it disagrees on dozens of addresses (cpython#113171, #119812, #151749).
"""

import socket
import sys
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from crawler.exceptions import BlockedAddress, GuardError

_IPV4_DENIED = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's virtual host, reachable from every guest
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_IPV6_GLOBAL = IPv6Network("2000::/3")
_IPV6_DENIED = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # IETF assignments, Teredo
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries any IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)

_MOST_KNOWN = 1 << 14
"""Addresses whose verdict is remembered: it follows from the text alone."""

AddrInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]
"""What `getaddrinfo` returns one of: family, type, protocol, canonical name, socket address."""


@lru_cache(maxsize=_MOST_KNOWN)
def is_public(address: str) -> bool:
    """Whether an address, as text, belongs to the public internet. What cannot be read does not."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _IPV4_DENIED)
    return (
        parsed.scope_id is None
        and parsed in _IPV6_GLOBAL
        and not any(parsed in network for network in _IPV6_DENIED)
    )


class Guard:
    """Lets public addresses through, and those the operator allowed; makes every socket of the client."""

    def __init__(self, allowed: Iterable[IPv4Network | IPv6Network] = ()) -> None:
        self._allowed = tuple(allowed)
        self._known: dict[str, bool] = {}

    def lets_through(self, address: str) -> bool:
        """Whether this address may be connected."""
        return is_public(address) or (bool(self._allowed) and self._is_allowed(address))

    def _is_allowed(self, address: str) -> bool:
        if (known := self._known.get(address)) is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[address] = self._reads_as_allowed(address)
        return known

    def _reads_as_allowed(self, address: str) -> bool:
        try:
            parsed: IPv4Address | IPv6Address = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._allowed)

    def refuse(self, address: str) -> None:
        """Raise `BlockedAddress` unless this address may be connected."""
        if not self.lets_through(address):
            raise BlockedAddress(address)

    def __call__(self, addr_info: AddrInfo) -> socket.socket:
        """Make the socket for the very address that is about to be connected, or refuse."""
        family, kind, protocol, _, address = addr_info
        self.refuse(address[0])
        return socket.socket(family=family, type=kind, proto=protocol)


_belt: Guard | None = None
_is_hooked = False


def wear_belt(guard: Guard) -> None:
    """Refuse, for the rest of this process, every connection of Python code that `guard` would refuse.

    The second layer: it also stops what does not go through the client. It cannot be taken off again,
    only exchanged. Look-ups in C (c-ares) are not seen; they ask the machine's own resolver.
    """
    global _belt, _is_hooked
    _belt = guard
    if not _is_hooked:
        sys.addaudithook(_hook)
        _is_hooked = True


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect" or _belt is None:
        return
    address = arguments[1]
    # names never arrive here: asyncio connects addresses; paths of unix sockets are text or bytes
    if isinstance(address, tuple) and len(address) >= 2 and not _belt.lets_through(str(address[0])):
        raise BlockedAddress(str(address[0]))


_PROBES = ("169.254.169.254", "127.0.0.1", "10.0.0.1", "fe80::1", "::1", "192.0.2.1", "100.64.0.1")
"""Addresses the self-test tries. None answers: port 9 (discard) is asked, and nothing may leave."""


def probe_address(guard: Guard) -> str:
    """An address that `guard` must refuse. Raises `GuardError` when the operator allowed them all."""
    for address in _PROBES:
        if not guard.lets_through(address):
            return address
    raise GuardError(
        "--allow-address lets every address through, so nothing would be guarded: "
        "allow the network of your test rig only, such as 127.0.0.0/8"
    )


def test_belt(guard: Guard) -> None:
    """Try what the belt must refuse. Raises `GuardError` when it does not."""
    address = probe_address(guard)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(0)
        try:
            probe.connect_ex((address, 9))
        except BlockedAddress:
            return
    raise GuardError(
        f"the audit hook let a connection to {address} through: this Python cannot be trusted "
        "to crawl. Report it with the Python version"
    )


def networks(*texts: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks from text, for callers that write them down."""
    return tuple(ip_network(text) for text in texts)
