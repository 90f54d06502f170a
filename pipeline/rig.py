"""Where a running replica is, as its note says, and the options that lead the crawler to it."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """A replica that answers."""

    pid: int
    """Its process."""
    address: str
    port: int
    ca_file: str
    """Certificate of the authority that signed its servers'."""
    seeds_file: str

    @property
    def way(self) -> list[str]:
        """Options that lead a check or a crawl there."""
        return [
            *("--connect-to", f"*:443:{self.address}:{self.port}"),
            *("--allow-address", "127.0.0.0/8"),
            *("--ca-file", self.ca_file),
        ]


def read_rig(data: Path) -> Rig | None:
    """Read the note of the replica of a data folder; `None` = there is none, or it is no such note."""
    try:
        told = json.loads((data / "rig" / "rig.json").read_text(encoding="utf-8"))
        return Rig(**{name: told[name] for name in Rig.__dataclass_fields__})
    except (OSError, ValueError, KeyError, TypeError):
        return None
