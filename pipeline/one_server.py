"""What readers ask of one server beyond its own row: its other names, its past, its company."""

import pandas as pd

from pipeline.published import PublishedFile


class OneServer(PublishedFile):
    """Reads of one server; `pipeline.read.Published` is the door to them."""

    def aliases(self, hostname: str) -> pd.DataFrame:
        """Other names of one server, and servers that say it is theirs."""
        return self._read("aliases", hostname=hostname)

    def language_spans(self, hostname: str) -> pd.DataFrame:
        """Which languages one server named, or were found, and from when to when."""
        return self._read("language_spans", hostname=hostname)

    def reached_days(self, hostname: str) -> pd.DataFrame:
        """The days of the last 90 on which our own checks asked one server, and whether it answered."""
        return self._read("reached_days", hostname=hostname)

    def cut_off_hours(self) -> int:
        """Hours of the last 90 days in which the crawler itself was cut off."""
        return int(self._read("cut_off_hours")["hours_count"].iloc[0])

    def version_standing(self, hostname: str) -> pd.DataFrame:
        """One server's version beside the current one; empty = its software has no current version."""
        return self._read("version_standing", hostname=hostname)

    def survival_of(self, hostname: str) -> pd.DataFrame:
        """How many servers of the same software, and of the same size, live longer than one has."""
        return self._read("survival_of", hostname=hostname)

    def may_be_checked(self, hostname: str) -> pd.DataFrame:
        """Whether a host is published or named by published servers, and when it was asked last."""
        return self._read("may_be_checked", hostname=hostname)
