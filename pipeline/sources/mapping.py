"""Which column of a foreign table is which of our fields, given by `--column` or a small TOML file.

    source = "fedilist"                        # or --source
    captured_at = 2023-11-04T00:00:00Z         # for a file without a column of times; or --captured-at

    [columns]                                  # our field = their column; or --column our=theirs
    hostname = "hostname"                      # the only one that must be there
    users_total = "user_count"
    captured_at = "seen_at"                    # ISO 8601, or seconds since 1970
    "extra.country" = "country_code"           # kept as it is, under a name of your choice
    local_posts = ["note_count", "statuses"]   # the first of them that is there
    part = "list"                              # each row's list, for a source that has several

    shape = "block_events"                     # what a row is, if no observation of an instance

    [constants]                                # what every row says by being there
    software_name = "lemmy"

    [values.registration]                      # their word = ours; letter case does not matter
    "Open" = "open"
    "Approval required" = "approval"

Words are translated for the fields of `WORD_FIELDS`.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipeline.exceptions import MappingError
from pipeline.observation import Observation

FIELDS = (
    *(
        field.name
        for field in fields(Observation)
        if field.name not in ("source", "extra", "imported_at", "import_id")
    ),
    "part",
    "is_approval_required",
)
"""What a column may be mapped to, and `extra.ANYTHING` beside."""

OBSERVATIONS = "observations"
"""The usual shape: a row is an observation of one instance."""

SHAPES = {
    OBSERVATIONS: FIELDS,
    "block_events": ("target", "list", "captured_at", "event", "severity"),
    "imported_edges": ("target", "source_hostname", "captured_at", "kind"),
    "imported_totals": (
        "captured_at",
        "software_name",
        "software_version",
        "instances",
        "users_total",
        "users_active_month",
        "local_posts",
    ),
}
"""What a row may be → the fields of it that a column can be mapped to."""

REQUIRED = {
    OBSERVATIONS: "hostname",
    "block_events": "target",
    "imported_edges": "target",
    "imported_totals": "captured_at",
}
"""The column without which a row of a shape is nothing."""

_ANY_FIELD = frozenset(field for fields_ in SHAPES.values() for field in fields_)

WORD_FIELDS = (
    *("registration", "is_open_registrations", "is_up", "software_name"),
    *("event", "severity", "kind"),
)
"""Fields whose words may be translated."""

_OUR_SOURCES = frozenset({"herdbook", "self"})
_SOURCE = re.compile(r"[a-z0-9][a-z0-9._/-]{0,63}\Z")
_EXTRA = re.compile(r"extra\.[A-Za-z0-9_-]{1,64}\Z")
_FILE_TIME = re.compile(
    r"(?<!\d)(\d{4})-?(\d\d)-?(\d\d)(?:[T_ ](\d\d)[:.-]?(\d\d)(?:[:.-]?(\d\d))?Z?)?(?!\d)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How one file is to be read. What the command line says wins over the TOML file."""

    shape: str = OBSERVATIONS
    """What a row is: one of `SHAPES`."""
    source: str | None = None
    """Whose observations they are."""
    captured_at: datetime | None = None
    """When the whole file was captured; `None` = a column says it, or the file name."""
    columns: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    """Our field → their column, or several names for it of which the first that is there counts."""
    constants: dict[str, str] = field(default_factory=dict)
    """Our field → what every row says."""
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    """Our field → their word in lower case → our word."""

    def over(self, other: "Mapping") -> "Mapping":
        """Lay this mapping over another: what it says wins, what it leaves open the other fills."""
        return Mapping(
            shape=other.shape if self.shape == OBSERVATIONS else self.shape,
            source=self.source or other.source,
            captured_at=self.captured_at or other.captured_at,
            columns=other.columns | self.columns,
            constants=other.constants | self.constants,
            values=other.values | self.values,
        )

    def named(self, source: str) -> "Mapping":
        """The same under a source's name, where it has none yet."""
        return self if self.source else replace(self, source=source)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file; raise `MappingError` at the first thing that cannot be meant."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingError(f"the mapping {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f"the mapping {path} is not TOML: {error}") from error
    unknown = sorted(
        set(told) - {"shape", "source", "captured_at", "columns", "constants", "values"}
    )
    if unknown:
        raise MappingError(
            f"the mapping {path} says {unknown[0]!r}, which is none of shape, source, captured_at, columns, "
            "constants, values"
        )
    try:
        return Mapping(
            shape=_shape(told.get("shape", OBSERVATIONS)),
            source=source_name(told["source"]) if "source" in told else None,
            captured_at=moment(told["captured_at"]) if "captured_at" in told else None,
            columns=_columns(_names(told.get("columns", {})).items()),
            constants=_constants(_words(told.get("constants", {}), "constants")),
            values=_values(told.get("values", {})),
        )
    except MappingError as error:
        raise MappingError(f"the mapping {path}: {error}") from error


def column_options(options: Iterable[str]) -> dict[str, str | tuple[str, ...]]:
    """Read `--column our=theirs` options."""
    pairs: list[tuple[str, str | tuple[str, ...]]] = []
    for option in options:
        ours, equals, theirs = option.partition("=")
        if not (ours and equals and theirs):
            raise MappingError(
                f"--column {option!r} is not OUR=THEIRS, e.g. --column hostname=domain"
            )
        pairs.append((ours.strip(), theirs))
    return _columns(pairs)


def source_name(name: Any) -> str:
    """Check the name of a source: short, lower case, and not one of our own."""
    if not isinstance(name, str) or not _SOURCE.match(name):
        raise MappingError(
            f"the source {name!r} is no name: lower case letters, digits and . _ / - only, "
            "e.g. --source fedilist"
        )
    if name in _OUR_SOURCES:
        raise MappingError(
            f"the source {name!r} is Herdbook's own: name whose data they are, e.g. --source fedilist"
        )
    return name


def moment(told: Any) -> datetime:
    """Read a time: ISO 8601 or TOML's own; without an offset it is UTC."""
    if isinstance(told, str):
        try:
            told = datetime.fromisoformat(told.strip())
        except ValueError as error:
            raise MappingError(f"{told!r} is no time: write it as 2022-11-20T23:42:15Z") from error
    if isinstance(told, date) and not isinstance(told, datetime):
        told = datetime(told.year, told.month, told.day)
    if not isinstance(told, datetime):
        raise MappingError(f"{told!r} is no time: write it as 2022-11-20T23:42:15Z")
    return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)


def moment_of_name(name: str) -> datetime | None:
    """Find a time in a file's name: `instances_2022-11-20T0114Z.json.gz`; a date alone is midnight."""
    found = _FILE_TIME.search(name)
    if found is None:
        return None
    try:
        return datetime(*(int(part or 0) for part in found.groups()), tzinfo=UTC)  # type: ignore[arg-type, misc]
    except ValueError:
        return None


def _columns(
    pairs: Iterable[tuple[str, str | tuple[str, ...]]],
) -> dict[str, str | tuple[str, ...]]:
    columns: dict[str, str | tuple[str, ...]] = {}
    for ours, theirs in pairs:
        if ours not in _ANY_FIELD and not _EXTRA.match(ours):
            raise MappingError(
                f"{ours!r} is no field: one of {', '.join(FIELDS)}, or extra.NAME for anything else"
            )
        if columns.setdefault(ours, theirs) != theirs:
            raise MappingError(f"{ours} is mapped twice, to {columns[ours]!r} and {theirs!r}")
    return columns


def _names(told: Any) -> dict[str, str | tuple[str, ...]]:
    """One name of a column or a list of them."""
    if not isinstance(told, dict):
        raise MappingError("columns is not a table of NAME = VALUE lines")
    for ours, theirs in told.items():
        names = theirs if isinstance(theirs, list) else [theirs]
        if not names or not all(isinstance(name, str) for name in names):
            raise MappingError(f"columns: the value of {ours!r} is no text")
    return {
        ours: tuple(theirs) if isinstance(theirs, list) else theirs for ours, theirs in told.items()
    }


def _shape(told: Any) -> str:
    if told not in SHAPES:
        raise MappingError(f"the shape {told!r} is none of {', '.join(SHAPES)}")
    return str(told)


def _constants(told: dict[str, str]) -> dict[str, str]:
    wrong = next((ours for ours in told if ours not in _ANY_FIELD or ours == "hostname"), None)
    if wrong is not None:
        raise MappingError(f"constants: {wrong!r} cannot be the same in every row")
    return told


def _values(told: Any) -> dict[str, dict[str, str]]:
    if not isinstance(told, dict) or set(told) - set(WORD_FIELDS):
        raise MappingError(f"values can be translated for {', '.join(WORD_FIELDS)} only")
    return {
        ours: {theirs.strip().lower(): word for theirs, word in _words(words, ours).items()}
        for ours, words in told.items()
    }


def _words(told: Any, where: str) -> dict[str, str]:
    if not isinstance(told, dict):
        raise MappingError(f"{where} is not a table of NAME = VALUE lines")
    wrong = [key for key, value in told.items() if not isinstance(value, (str, bool))]
    if wrong:
        raise MappingError(f"{where}: the value of {wrong[0]!r} is no text")
    return {key: str(value) for key, value in told.items()}
