"""What an operator asks of a watch list: some servers side by side, among those like them, and over time."""

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa

from pipeline.published import PublishedFile


class Watching(PublishedFile):
    """Reads of a watch list; `pipeline.read.Published` is the door to them. Names that are not known have no rows."""

    def watched_servers(self, hostnames: Sequence[str]) -> pd.DataFrame:
        """What each is now, in the order asked for."""
        return self._read("watched_servers", hostnames=list(hostnames))

    def watched_cohorts(self, hostnames: Sequence[str]) -> pd.DataFrame:
        """Where each stands among servers like it: a row per measure."""
        return self._read("watched_cohorts", hostnames=list(hostnames))

    def watched_days(self, hostnames: Sequence[str], source: str) -> pd.DataFrame:
        """Audited days of each as one source saw them."""
        return self._read("watched_days", hostnames=list(hostnames), source=source)

    def watched(self, hostnames: Sequence[str], rows: int = 200) -> pa.Table:
        """Events of some servers, the newest first, new versions of their software among them."""
        return self._table("watched", hostnames=list(hostnames), rows=rows)
