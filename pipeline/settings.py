"""What the pipeline's commands take from the environment, read once at start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
"""Where the hand-kept files of `data/` lie, wherever the made ones are."""

TOR_TABLES = (Path("/usr/share/tor/geoip"), Path("/usr/share/tor/geoip6"))
"""Where Debian's package tor-geoipdb puts its tables of countries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are."""

    data: Path = CHECKOUT / "data"
    """Folder of the warehouse and of what is published: `HERDBOOK_DATA`."""
    contact_url: str | None = None
    """The page that tells those who are asked who we are: `HERDBOOK_CONTACT`; `None` = nobody said."""

    geoip: tuple[Path, ...] = ()
    """Offline tables of networks and countries: `HERDBOOK_GEOIP`, parted by `:`; else Debian's, if installed."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read what is set; an empty variable is not set."""
        told = environ.get("HERDBOOK_DATA")
        tables = environ.get("HERDBOOK_GEOIP")
        return cls(
            data=Path(told).expanduser() if told else cls().data,
            contact_url=environ.get("HERDBOOK_CONTACT") or None,
            geoip=tuple(Path(name).expanduser() for name in tables.split(os.pathsep) if name)
            if tables
            else tuple(path for path in TOR_TABLES if path.exists()),
        )

    @property
    def seeds(self) -> Path:
        """The hand-kept servers that a first crawl begins with."""
        return CHECKOUT / "data" / "seeds.csv"

    @property
    def replica(self) -> Path:
        """A data folder of its own for the replica fediverse: it never mixes with the live one."""
        return self.data / "replica"
