"""The one door for readers: the published file, read-only and locked down.

SQL comes from `sql/reads`, what readers choose is bound, and sorting, filtering and paging happen in the
database. `published.py` opens the file.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

import pandas as pd

from pipeline.asking import Answer as Answer
from pipeline.asking import QueryLimits as QueryLimits
from pipeline.exceptions import QueryRefused
from pipeline.guard import HeldBack as HeldBack
from pipeline.guard import read_held_back
from pipeline.linking import GraphName as GraphName
from pipeline.linking import Linking
from pipeline.linking import Outage as Outage
from pipeline.linking import ToldGraph as ToldGraph
from pipeline.linking import graph_names as graph_names
from pipeline.listing import Listing
from pipeline.one_server import OneServer
from pipeline.ranking import Wanted as Wanted
from pipeline.ranking import WhyNot as WhyNot
from pipeline.ranking import ranking as ranking
from pipeline.released import OpenRelease as OpenRelease
from pipeline.released import open_release as open_release
from pipeline.running import JobRunning as JobRunning
from pipeline.running import Running as Running
from pipeline.saved import SavedQuery as SavedQuery
from pipeline.saved import saved_queries as saved_queries
from pipeline.saved import saved_query as saved_query
from pipeline.watching import Watching
from pipeline.wishes import SEARCH_CHARACTERS
from pipeline.wishes import Span as Span
from pipeline.wishes import Wishes as Wishes

OWN = "herdbook"
"""The source of days that rest on Herdbook's own checks."""

SELF_TOLD = "self"
"""The source of days that a server told of its own past."""

LAST_PAGE = 1_000_000
"""A page number from an address line can be anything; beyond this there is nothing."""

Sort = Literal[
    "users_active_month",
    "users_active_month_30d_ratio",
    "users_active_halfyear",
    "users_total",
    "users_total_30d_ratio",
    "local_posts",
    "local_comments",
    "domains_known",
    "max_characters",
    "minimum_age",
    "rules_count",
    "uptime_ratio_90d",
    "checks_90d",
    "reach_ratio",
    "peers_count",
    "named_by_count",
    "first_seen_at",
    "checked_at",
    "answered_at",
    "hostname",
    "title",
    "software_name",
    "software_version",
    "registration",
    "country",
    "provider",
]
"""What the directory can be sorted by."""

Measure = Literal[
    "users_active_month",
    "users_active_month_audited",
    "users_total",
    "users_total_audited",
    "instances_known",
    "open_registrations",
    "local_posts",
    "local_posts_audited",
]
"""What growth can be measured in."""

GrowthMeasure = Literal["users_total", "users_active_month", "logins_week"]
"""What growth over the same servers is known of; the last of what servers tell of their own past only."""

Holder = Literal["instance", "software", "registrable_domain"]
"""What users can be concentrated in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a published file is, and how much of the network it covers."""

    published_at: datetime
    schema_version: int
    is_replica: bool
    crawl_id: str | None
    crawl_started_at: datetime | None
    crawl_is_running: bool
    instances_known: int
    instances_alive: int
    instances_checked_7d: int
    instances_refusing: int
    names_held: int
    coverage_ratio: float | None
    contact_url: str | None
    herdbook_version: str | None


class Published(Listing, OneServer, Watching, Linking):
    """What was published, as tables and facts of Python."""

    # --- the file --------------------------------------------------------------------------------

    def about(self) -> About:
        """Say what was published."""
        row = self._read("about").to_dict("records")[0]
        known = {name: _plain(row.get(name)) for name in About.__dataclass_fields__}
        return About(**known)

    def crawls(self, rows: int = 30) -> pd.DataFrame:
        """Crawls, the newest first."""
        return self._read("crawls", rows=rows)

    def software(self) -> pd.DataFrame:
        """What runs now, the most servers first."""
        return self._read("software")

    # --- the directory ---------------------------------------------------------------------------

    def directory(
        self,
        wishes: Wishes,
        *,
        sort: Sort = "users_active_month",
        descending: bool = True,
        page: int = 1,
        page_size: int = 100,
    ) -> pd.DataFrame:
        """One page of the servers that fit, numbered from 1."""
        if sort not in get_args(Sort):
            raise QueryRefused(f"the directory cannot be sorted by {sort!r:.60}")
        return self._read(
            "directory",
            **wishes.parameters(),
            sort=sort,
            descending=descending,
            page=min(max(page, 1), LAST_PAGE),
            page_size=page_size,
        )

    def directory_totals(self, wishes: Wishes) -> dict[str, int | None]:
        """How many servers fit, how many of them report active people, and how many these are."""
        row = self._read("directory_totals", **wishes.parameters()).to_dict("records")[0]
        return {str(name): _plain(value) for name, value in row.items()}

    def facets(self, wishes: Wishes) -> pd.DataFrame:
        """How many servers each option of each filter would leave."""
        return self._read("facets", **wishes.parameters())

    def suggestions(
        self, wanted: Wanted, *, now: datetime, rows: int = 5, skip: int = 0
    ) -> pd.DataFrame:
        """Servers for a newcomer, the best first; equal ones take turns by the day of `now`."""
        return self._read("suggestions", **wanted.parameters(now), rows=rows, skip=skip)

    def why_not(self, hostname: str, wanted: Wanted, *, now: datetime) -> WhyNot | None:
        """Say what speaks against suggesting one server to a newcomer; `None` = it is not listed."""
        told = self._read("why_not", hostname=hostname, **wanted.parameters(now)).to_dict("records")
        if not told:
            return None
        facts = {str(name): _plain(value) for name, value in told[0].items()}
        against = tuple(facts.pop("against"))
        if against:
            return WhyNot(facts=facts, against=against)
        found = self.suggestions(wanted, now=now, rows=LAST_PAGE)
        place = int(found.loc[found["hostname"] == hostname, "place"].iloc[0])
        return WhyNot(facts=facts, place=place, fitting_count=len(found))

    # --- one server ------------------------------------------------------------------------------

    def instance(self, hostname: str) -> dict[str, Any] | None:
        """Everything published about one server; `None` = not known."""
        rows = self._read("instance", hostname=hostname).to_dict("records")
        if not rows:
            return None
        return {str(name): _plain(value) for name, value in rows[0].items()}

    def alike(self, hostname: str) -> list[str]:
        """Known hostnames that look like this one."""
        return self._read("alike", hostname=hostname.strip()[:SEARCH_CHARACTERS])[
            "hostname"
        ].tolist()

    def instance_sources(self, hostname: str) -> pd.DataFrame:
        """Who has days of this server."""
        return self._read("instance_sources", hostname=hostname)

    def instance_days(self, hostname: str, source: str = OWN) -> pd.DataFrame:
        """Days of one server as one source saw them."""
        return self._read("instance_days", hostname=hostname, source=source)

    def checks(self, hostname: str, rows: int = 60) -> pd.DataFrame:
        """The last checks of one server, the newest first."""
        return self._read("checks", hostname=hostname, rows=rows)

    # --- the network -----------------------------------------------------------------------------

    def sources(self) -> pd.DataFrame:
        """Who has totals by day."""
        return self._read("sources")

    def network_days(self, source: str = OWN, since: date = date.min) -> pd.DataFrame:
        """Totals by day as one source saw them."""
        return self._read("network_days", source=source, since=since)

    def software_days(
        self,
        measure: Measure,
        source: str = OWN,
        since: date = date.min,
        software_count: int = 7,
    ) -> pd.DataFrame:
        """One measure by day and software; the small ones together are `other`."""
        if measure not in get_args(Measure):
            raise QueryRefused(f"growth cannot be measured in {measure!r:.60}")
        return self._read(
            "software_days",
            measure=measure,
            source=source,
            since=since,
            software_count=software_count,
        )

    def captures(self, source: str) -> pd.DataFrame:
        """Captures of one imported source, as fine as it has them."""
        return self._read("captures", source=source)

    def reach(self, hostname: str) -> dict[str, Any] | None:
        """How much of the network one server can talk to; `None` = it is not live or not counted."""
        found = self._read("reach", hostname=hostname).to_dict("records")
        return {str(k): _plain(v) for k, v in found[0].items()} if found else None

    def events(
        self, hostname: str | None = None, since: date = date.min, rows: int = 200
    ) -> pd.DataFrame:
        """What happened to servers, or to one, the newest first."""
        return self._read("events", hostname=hostname, since=since, rows=rows)

    def totals(self, source: str = OWN, since: date = date.min) -> pd.DataFrame:
        """Totals by day as one source saw them: as said, and audited."""
        return self._read("totals", source=source, since=since)

    # --- what the numbers show -------------------------------------------------------------------

    def growth(
        self, measure: GrowthMeasure = "users_total", source: str = OWN, since: date = date.min
    ) -> pd.DataFrame:
        """Change by day over the same servers, chained from the first day on; the rest apart."""
        if measure not in get_args(GrowthMeasure):
            raise QueryRefused(f"growth of the same servers is not known of {measure!r:.60}")
        return self._read("growth", measure=measure, source=source, since=since)

    def growth_measures(self) -> pd.DataFrame:
        """Of which sources and measures growth is known."""
        return self._read("growth_measures")

    def concentration(
        self,
        measure: Literal["users_total", "users_active_month"] = "users_active_month",
        holder: Holder = "instance",
        source: str = OWN,
        since: date = date.min,
    ) -> pd.DataFrame:
        """How one measure is spread among its holders, week by week."""
        if holder not in get_args(Holder):
            raise QueryRefused(f"nothing is held by {holder!r:.60}")
        return self._read(
            "concentration", measure=measure, holder=holder, source=source, since=since
        )

    def survival(self, grouped_by: Literal["all", "software", "size"] = "all") -> pd.DataFrame:
        """How long servers live: Kaplan-Meier estimates with their intervals."""
        return self._read("survival", grouped_by=grouped_by)

    def version_lag(self) -> pd.DataFrame:
        """How many servers and people are on the current version of their software."""
        return self._read("version_lag")

    # --- how numbers are judged ------------------------------------------------------------------

    def rules(self) -> pd.DataFrame:
        """The rules, those that decide about most servers first."""
        return self._read("rules")

    def standings(self, hostname: str) -> pd.DataFrame:
        """The numbers of one server now: what each is, and the rule that says so."""
        return self._read("standings", hostname=hostname)

    def verdicts(self, hostname: str, source: str = OWN) -> pd.DataFrame:
        """The numbers of one server's past that are not taken as they were said."""
        return self._read("verdicts", hostname=hostname, source=source)

    def registration_spans(self, hostname: str) -> pd.DataFrame:
        """When the sign-up of one server was open and when it was closed."""
        return self._read("registration_spans", hostname=hostname)

    def acceptances(self) -> pd.DataFrame:
        """Releases that were held back and let through, with the note of whoever did it."""
        return self._read("acceptances")

    def held_back(self) -> HeldBack | None:
        """Say why a newer release is held back; `None` = none is."""
        return read_held_back(self.path.parent)


def _plain(value: Any) -> Any:
    """A value of a table as Python has it, with `None` for everything that is not said."""
    if hasattr(value, "tolist") and not isinstance(value, pd.Timestamp):
        value = value.tolist()
    if isinstance(value, list):
        return value
    if value is None or value is pd.NaT or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value
