"""What somebody else saw: observations of other people's directories, with their provenance.

Never mixed silently with our own checks: every row names its source and when it was captured. The
tables `raw.observations`, `raw.imports` and `raw.rejected_rows` are derived from these classes. `None` = the source did not
say; `0` = it said zero.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One instance in one capture of one source. Unique by source, captured_at and hostname."""

    source: str
    """Whose observation it is, a short name in lower case, e.g. `instances.social`."""
    captured_at: datetime
    """When the source saw it, UTC."""
    hostname: str
    """The instance, as `Hostname.parse` spells it."""
    is_up: bool | None = None
    """Whether the source reached it."""
    users_total: int | None = None
    """Registered users as the source says."""
    users_active_month: int | None = None
    """MAU as the source says."""
    users_active_halfyear: int | None = None
    """Users active in 180 days as the source says."""
    local_posts: int | None = None
    """Local posts as the source says."""
    local_comments: int | None = None
    """Local comments as the source says."""
    peers_count: int | None = None
    """Instances that the instance knows, as the source says."""
    is_open_registrations: bool | None = None
    """Whether anyone may sign up, as the source says."""
    registration: str | None = None
    """One of the five states of `Registration`, where the source tells them apart."""
    software_name: str | None = None
    """Canonical, lower case."""
    software_version: str | None = None
    """As the source says."""
    title: str | None = None
    """Plain text, ≤ 200 characters."""
    description: str | None = None
    """Plain text, ≤ 2,000 characters."""
    languages: tuple[str, ...] = ()
    """BCP 47 codes."""
    extra: str | None = None
    """JSON text: what else the source says that has no column here."""
    imported_at: datetime
    """When the row came in, UTC."""
    import_id: str
    """The import that brought it (`raw.imports`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockEvent:
    """One entry of a public block list, added, changed, removed, or there at the time.

    Unique by source, list, captured_at and target. Comments are not kept: they tell of people.
    """

    source: str
    """Who recorded the list, a short name in lower case, e.g. `oliphant-blocklists`."""
    list: str
    """Whose list it is: a hostname, or the name of a list of several servers, e.g. `tier0`."""
    captured_at: datetime
    """When the source saw it, UTC."""
    event: str
    """add, change, remove, or listed = it is on the list as it stands."""
    target: str
    """What is blocked, as it was said; ≤ 253 characters, some servers hide letters: `ba*.example`."""
    hostname: str | None = None
    """The instance, as `Hostname.parse` spells it; `None` = the target is no hostname."""
    severity: str | None = None
    """As the source says, lower case, e.g. suspend, silence."""
    imported_at: datetime
    """When the row came in, UTC."""
    import_id: str
    """The import that brought it (`raw.imports`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedEdge:
    """One peer edge in one capture of a source. Unique by source, captured_at, kind, source_hostname and target."""

    source: str
    """Whose crawl it is, a short name in lower case, e.g. `join-lemmy`."""
    captured_at: datetime
    """When the source saw it, UTC."""
    source_hostname: str
    """The instance that says it."""
    target: str
    """The instance it says it of, as it was said; ≤ 253 characters."""
    target_hostname: str | None = None
    """The same as `Hostname.parse` spells it; `None` = the target is no hostname, e.g. `*.example`."""
    kind: str
    """knows, allows or blocks."""
    imported_at: datetime
    """When the row came in, UTC."""
    import_id: str
    """The import that brought it (`raw.imports`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedTotal:
    """What a source says of many instances together. Unique by source, captured_at and software."""

    source: str
    """Whose total it is, a short name in lower case."""
    captured_at: datetime
    """When the source counted, UTC."""
    software_name: str | None = None
    """Of this software only; `None` = of everything that the source counts."""
    software_version: str | None = None
    """Of this version only."""
    instances: int | None = None
    """How many instances."""
    users_total: int | None = None
    """Registered users."""
    users_active_month: int | None = None
    """MAU."""
    local_posts: int | None = None
    """Local posts."""
    imported_at: datetime
    """When the row came in, UTC."""
    import_id: str
    """The import that brought it (`raw.imports`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One file read by `herdbook import`, kept rows and rejected ones counted. Unique by import_id."""

    import_id: str
    """Identifier of this import."""
    kind: str
    """Which importer read it, e.g. `instances-social`, `csv`."""
    source: str
    """Source of its observations."""
    file_name: str
    """Name of the file, without its folder."""
    file_sha256: str
    """Hash of its bytes; the same file is not read twice."""
    captured_at: datetime | None = None
    """When the source was captured, UTC; `None` = rows carry their own time."""
    imported_at: datetime
    """When it was read, UTC."""
    rows_read: int = 0
    """Rows in the file."""
    rows_kept: int = 0
    """Rows that became observations."""
    rows_rejected: int = 0
    """Rows that did not."""
    rejected: str = "{}"
    """JSON text: reason → {is_row, count, example}, of rows left out and of single values set aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """One row of an import that became no observation, with what it said: naive sums need it."""

    import_id: str
    """The import that read it."""
    source: str
    """Source of its capture."""
    captured_at: datetime | None = None
    """Its capture, UTC; `None` = it does not say, or is no row at all."""
    reason: str
    """Why, in a few words, e.g. `hostname: bad_characters`."""
    said: str | None = None
    """Name of the instance as it was said, or the line that is no row; ≤ 200 characters."""
    hostname: str | None = None
    """The instance, where the name is one: then another row of the capture is about it too."""
    is_up: bool | None = None
    """As in `Observation`, and so on below."""
    users_total: int | None = None
    """Registered users."""
    users_active_month: int | None = None
    """MAU."""
    local_posts: int | None = None
    """Local posts."""
    peers_count: int | None = None
    """Instances that it knows."""
    is_open_registrations: bool | None = None
    """Whether anyone may sign up."""
    software_name: str | None = None
    """What it runs."""
    extra: str | None = None
    """JSON text: what else it says."""
