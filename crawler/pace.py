"""Gentle to machines, not only to names: many servers share an address, and hosting companies a network.

`Turns` spaces the requests to one address; `Crowd` bounds the checks that are under way at one address and in
one network. Who must wait does not hold a slot of the crawl.
"""

from collections import Counter, OrderedDict, deque
from ipaddress import ip_address
from typing import Generic, TypeVar

_T = TypeVar("_T")

_MOST_ADDRESSES = 20_000
"""Addresses remembered: those of the last minutes matter, and each costs about 200 bytes."""


class Turns:
    """When the next request to an address may be made: so many at once, then so many a second."""

    def __init__(self, *, per_second: float, burst: int) -> None:
        self._gap = 1 / per_second
        self._slack = burst / per_second
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def take(self, address: str, now: float) -> float:
        """Take the next turn; says how many seconds it is off."""
        full_at = max(now, self._full_at.pop(address, 0.0)) + self._gap
        self._full_at[address] = full_at
        if len(self._full_at) > _MOST_ADDRESSES:
            self._full_at.popitem(last=False)
        return max(0.0, full_at - self._slack - now)


class Crowd(Generic[_T]):
    """Who is being visited at each address and in each network, and who waits for room there."""

    def __init__(self, *, per_address: int, per_network: int, most_waiting: int) -> None:
        self._per_address = per_address
        self._per_network = per_network
        self._most_waiting = most_waiting
        self._there: Counter[str] = Counter()
        self._waiting: dict[str, deque[tuple[str, _T]]] = {}

    @property
    def waiting_count(self) -> int:
        """How many wait."""
        return sum(map(len, self._waiting.values()))

    def enter(self, address: str, who: _T) -> bool | None:
        """Go in: true. Wait: false, `leave` will name it. `None` = too many wait there already."""
        network = network_of(address)
        if self._has_room(address, network):
            self._there[address] += 1
            self._there[network] += 1
            return True
        line = self._waiting.setdefault(network, deque())
        if len(line) >= self._most_waiting:
            return None
        line.append((address, who))
        return False

    def leave(self, address: str) -> list[_T]:
        """Come out; says who may go in now, which they have with that."""
        network = network_of(address)
        for place in (address, network):
            self._there[place] -= 1
            if self._there[place] <= 0:
                del self._there[place]
        return self._let_in(network)

    def _let_in(self, network: str) -> list[_T]:
        line = self._waiting.pop(network, deque())
        entered: list[_T] = []
        still: deque[tuple[str, _T]] = deque()
        while line:
            address, who = line.popleft()
            if self._has_room(address, network):
                self._there[address] += 1
                self._there[network] += 1
                entered.append(who)
            else:
                still.append((address, who))
        if still:
            self._waiting[network] = still
        return entered

    def _has_room(self, address: str, network: str) -> bool:
        return self._there[address] < self._per_address and self._there[network] < self._per_network


def network_of(address: str) -> str:
    """The network that an address is in: /24, or /48 where addresses are long."""
    parsed = ip_address(address)
    if parsed.version == 4:
        return address.rpartition(".")[0] + ".0/24"
    return ":".join(parsed.exploded.split(":")[:3]) + "::/48"
