"""What the dashboard takes from the environment, read once at start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from pipeline.exceptions import PipelineError

Whom = Literal["local", "on", "off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What visitors may do."""

    check_now: Whom = "local"
    """Who may have a server checked at once, `HERDBOOK_CHECK_NOW`: `local` = visitors at this machine,
    `on` = everybody, `off` = nobody. Needs `HERDBOOK_CONTACT`, as a crawl does; the replica needs neither."""

    ask_sql: Whom = "on"
    """Who may ask in SQL, `HERDBOOK_SQL`; as above. Each query is held to its time and memory."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read what is set; an empty variable is not set. Raises `PipelineError`."""
        return cls(
            check_now=_whom("HERDBOOK_CHECK_NOW", "local", environ),
            ask_sql=_whom("HERDBOOK_SQL", "on", environ),
        )


def _whom(variable: str, usual: Whom, environ: Mapping[str, str]) -> Whom:
    told = environ.get(variable) or usual
    for known in get_args(Whom):
        if told == known:
            return cast("Whom", known)
    raise PipelineError(f"{variable}={told!r:.40} means nothing: say local, on or off")
