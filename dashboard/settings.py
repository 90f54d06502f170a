"""What the dashboard takes from the environment, read once at start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from pipeline.exceptions import PipelineError

Whom = Literal["local", "on", "off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What visitors may do."""

    check_now: Whom = "local"
    """Who may have a server checked at once, `HERDBOOK_CHECK_NOW`: `local` = visitors at this machine,
    `on` = everybody, `off` = nobody. Needs `HERDBOOK_CONTACT`, as a crawl does; the replica needs neither."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read what is set; an empty variable is not set. Raises `PipelineError`."""
        told = environ.get("HERDBOOK_CHECK_NOW") or "local"
        for known in get_args(Whom):
            if told == known:
                return cls(check_now=known)
        raise PipelineError(f"HERDBOOK_CHECK_NOW={told!r:.40} means nothing: say local, on or off")
