"""The guard: which addresses are public, and that nothing else is ever connected."""

import socket
import subprocess
import sys
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exceptions import BlockedAddress, GuardError
from crawler.guard import Guard, is_public, networks, probe_address

_PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "168.63.129.17",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.88.98.255",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "2000::1",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2003::1",
    "2600::1",
    "2606:4700:4700::1111",
    "2620:4f:7fff:ffff:ffff:ffff:ffff:ffff",
    "2620:4f:8001::",
    "2a00:1450::1",
    "3ffe:ffff::1",
    "3fff:1000::1",
]

_NOT_PUBLIC = [
    # IPv4, the first and the last of each network
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.0",
    "127.0.0.1",
    "127.255.255.255",
    "168.63.129.16",
    "169.254.0.0",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.9",
    "192.0.0.192",
    "192.0.0.255",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.0.0",
    "192.168.255.255",
    "192.175.48.1",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    # IPv6: nothing, loopback, link-local, site-local, unique local, multicast
    "::",
    "::1",
    "::2",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "fc00::1",
    "fd00::1",
    "fd00:ec2::254",
    "fdff:ffff::1",
    "ff00::1",
    "ff02::1",
    "ff0e::1",
    # IPv4 in IPv6 clothes: compatible, mapped, translated, NAT64, 6to4, Teredo
    "::127.0.0.1",
    "::7f00:1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:100.64.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2002:808:808::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:10::1",
    "2001:20::1",
    "2001:1ff:ffff::1",
    # documentation, discard, AS112, segment routing, what nobody has
    "2001:db8::1",
    "2620:4f:8000::1",
    "3fff::1",
    "3fff:fff:ffff::1",
    "100::1",
    "100:0:0:1::1",
    "5f00::1",
    "4000::1",
    "1fff:ffff::1",
    "8000::1",
    # with a zone: an address of this machine's own cables
    "fe80::1%eth0",
    "2600::1%eth0",
    # no address at all, or one in a spelling that only some libraries read
    "",
    " ",
    "localhost",
    "one.example",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.000.000.001",
    "127.0.0.1 ",
    "127.0.0.1\0",
    "1.1.1.1/32",
    "[::1]",
    "１.1.1.1",
    "1.1.1",
    "1.1.1.1.1",
    "256.1.1.1",
]


@pytest.mark.parametrize("address", _PUBLIC)
def test_a_public_address_is_let_through(address: str) -> None:
    """Neighbours of forbidden networks included."""
    assert is_public(address)


@pytest.mark.parametrize("address", _NOT_PUBLIC)
def test_any_other_address_is_not(address: str) -> None:
    """Whatever it is dressed as."""
    assert not is_public(address)


@given(st.ip_addresses(v=6))
def test_of_ipv6_only_global_unicast_is_public(address: object) -> None:
    """A list of what is allowed, not of what is forbidden: what is invented next is out."""
    if is_public(str(address)):
        assert 0x2000 <= int(ip_address(str(address))) >> 112 <= 0x3FFF


@given(st.text())
def test_no_text_breaks_the_guard(text: str) -> None:
    """It says no."""
    assert Guard().lets_through(text) in (True, False)


def test_what_is_allowed_is_let_through_and_nothing_beside_it() -> None:
    """`--allow-address` opens one network, not the door."""
    guard = Guard(networks("127.0.0.0/8", "fd00:1::/32"))

    assert guard.lets_through("127.0.0.1")
    assert guard.lets_through("fd00:1::5")
    assert guard.lets_through("1.1.1.1")
    for address in (
        "10.0.0.1",
        "169.254.169.254",
        "::1",
        "fd00:2::1",
        "::ffff:127.0.0.1",
        "0.0.0.0",
    ):
        assert not guard.lets_through(address), address


def test_the_socket_is_made_for_the_address_that_was_looked_at() -> None:
    """aiohttp hands over the socket address itself."""
    guard = Guard(networks("127.0.0.0/8"))

    made = guard((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443)))
    made.close()
    with pytest.raises(BlockedAddress, match=r"10\.0\.0\.1 is not a public address"):
        guard((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443)))


def test_there_is_always_something_to_try_the_guard_with() -> None:
    """Unless the operator let everything through: then there is no guard, and no crawl."""
    assert "169.254.169.254" == probe_address(Guard())
    assert "127.0.0.1" == probe_address(Guard(networks("169.254.0.0/16")))
    with pytest.raises(GuardError, match="nothing would be guarded"):
        probe_address(Guard(networks("0.0.0.0/0", "::/0")))


_BELTED = """
import asyncio, socket, sys, urllib.request
from crawler import guard
from crawler.exceptions import BlockedAddress

worn = guard.Guard(guard.networks(*{allowed!r}))
guard.wear_belt(worn)
guard.test_belt(worn)


def tried(what):
    try:
        what()
    except BlockedAddress:
        return "blocked"
    except OSError as error:
        return "blocked" if "is not a public address" in str(error) else "let through"
    return "let through"


def plain():
    socket.create_connection(("127.0.0.1", {port}), timeout=2).close()


def no_wait():
    with socket.socket() as held:
        held.setblocking(False)
        held.connect_ex(("127.0.0.1", {port}))


def datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.connect(("127.0.0.1", {port}))


def loop():
    asyncio.run(asyncio.open_connection("127.0.0.1", {port}))


def library():
    urllib.request.urlopen("http://127.0.0.1:{port}/", timeout=2)


sys.stdout.write(" ".join(tried(what) for what in (plain, no_wait, datagram, loop, library)))
"""


def test_the_belt_stops_whatever_connects_past_the_client(rig: object) -> None:
    """An audit hook in the process itself; 0 hits on the canary, whichever library tries.

    In a process of its own, because the hook cannot be taken off.
    """
    canary = rig.canary()  # type: ignore[attr-defined]
    code = _BELTED.format(port=canary.port, allowed=())

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )

    assert ("blocked " * 5).strip() == done.stdout, done.stderr
    assert 0 == canary.connections


def test_the_belt_lets_through_what_is_allowed(rig: object) -> None:
    """A rig on loopback can be crawled with the belt on."""
    canary = rig.canary()  # type: ignore[attr-defined]
    code = _BELTED.format(port=canary.port, allowed=("127.0.0.0/8",))

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )

    assert "blocked" not in done.stdout
    assert "let through" in done.stdout
    assert canary.connections > 0
