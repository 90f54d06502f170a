"""What a family's routes are given: one server, with the world around it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.records import PeerKind, Registration
from crawler.replica.message import Request, Response
from crawler.replica.population import Server
from crawler.replica.prose import Words
from crawler.replica.world import World

OPENS = frozenset({Registration.OPEN, Registration.APPROVAL})
"""What most software calls open in its NodeInfo."""


@dataclass(frozen=True, slots=True)
class Site:
    """One server as its routes see it."""

    world: World
    """Everyone else."""
    server: Server
    """Itself."""

    @property
    def hostname(self) -> str:
        """Its name."""
        return self.server.hostname

    @property
    def name(self) -> str:
        """Canonical name of its software."""
        return self.server.software.name

    @property
    def version(self) -> str:
        """Version of its software."""
        return self.server.version

    @property
    def words(self) -> Words:
        """What it says of itself."""
        return self.server.words

    @property
    def is_open(self) -> bool:
        """Whether anyone may sign up, at once or after a person decided."""
        return self.server.registration in OPENS

    @property
    def is_approving(self) -> bool:
        """Whether a person decides."""
        return self.server.registration is Registration.APPROVAL

    def url(self, path: str) -> str:
        """An address on this server."""
        return f"https://{self.hostname}{path}"

    def peers(self, kind: PeerKind = PeerKind.KNOWS) -> list[str]:
        """The names of one of its lists, hidden or not."""
        told = self.world.told(self.server).get(kind)
        return [] if told is None else self.world.names_of(told)

    def week(self, ago: int) -> tuple[int, int, int]:
        """Statuses, logins and registrations of the week that began so many weeks ago."""
        server = self.server
        # between minus a fiftieth and plus a fiftieth a week
        growth = 1 + (server.luck("growth") - 0.5) / 25
        season = 1 + (server.luck(f"week {ago}") - 0.5) / 5
        scale = growth**-ago * season * (0.2 if ago == 0 else 1)
        statuses = server.local_posts / 150 * scale
        logins = server.users_active_month * 0.7 * scale
        return round(statuses), round(logins), round(server.users_total / 120 * scale)


Route = Callable[[Site, Request], Response]
"""Turns a server and a request into an answer."""
Routes = Mapping[str, Route]
"""By method and path, `GET /nodeinfo/2.0`."""


def now() -> datetime:
    """The time, where a software dates its answers."""
    return datetime.now(UTC)
