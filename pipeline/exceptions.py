"""What can go wrong on our side of the warehouse and of publishing.

PipelineError
├── WarehouseError       the warehouse cannot be used, by `Warehouse.open`
│   ├── WarehouseMissing     there is none yet, and the caller did not ask for a new one
│   ├── WarehouseLocked      another process holds it
│   ├── WarehouseNewer       a newer Herdbook (or DuckDB) wrote it
│   ├── WarehouseDamaged     the file itself cannot be read
│   └── WrongWarehouse       replica data where live data are expected, or the reverse
├── HandKeptError        a hand-kept file in data/ cannot be used
├── HostingTableError    a table of networks or countries cannot be read
├── DiskFull             too little free space to write safely
├── PublishError         nothing was published; the last good file stays
│   ├── PublishRefused       a promise of the data is not kept
│   ├── PublishHeldBack      the release is not what data/expectations.toml expects
│   └── PublishedNewer       the published file is of a newer version than this program
├── ReleaseError         no release was made or opened; those that are there stay
│   ├── ReleaseExists        there is one of this day, and it should not be replaced
│   ├── ReleaseRefused       what is published is not fit to be released
│   └── ReleaseUnreadable    there is no release at a place, or it cannot be opened
├── PublishedMissing     nothing was published yet, by the readers' door
├── PublishedOlder       an older version published, and what is asked for was not there yet
├── PublishedDamaged     the published file cannot be read, by the readers' door
├── QueryRefused         a reader's query cannot be run, by the readers' door
├── UpFailed             a process that `herdbook up` needs has died
├── PortTaken            another program listens where the dashboard should
├── AlreadyServing       another `herdbook serve` holds the data folder
├── ContactMissing       live servers would be asked by nobody in particular, by `herdbook serve`
├── LeavingError         a server's own word could not be read at all, by `pipeline.leaving`
├── StaysOut             a server that asked to stay out would be asked, by `herdbook check`
├── AlertError           events could not be handed over at all, by `pipeline.alerts`
├── BackupError          a backup cannot be made or put back
├── HeaderError          an SQL file's header is not the promise it should be
└── SourceError          an import cannot be read, by `pipeline.sources`
    └── MappingError         what a file's columns mean was said in a way that cannot be meant

Each message names the thing, the value and the next step; a command prints it and exits with 1.
"""

from pathlib import Path


class PipelineError(Exception):
    """The root of every exception the pipeline raises on purpose."""


# --- the warehouse ---------------------------------------------------------------------------------


class WarehouseError(PipelineError):
    """Raised when the warehouse cannot be used, by `Warehouse.open`."""


class WarehouseMissing(WarehouseError):
    """Raised when there is no warehouse yet and none should be made, by `Warehouse.open`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"there is no warehouse at {path} yet: crawl or import something first")


class WarehouseLocked(WarehouseError):
    """Raised when another process holds the warehouse, by `Warehouse.open`."""

    def __init__(self, path: Path, pid: int | None) -> None:
        self.path = path
        self.pid = pid
        holder = f"process {pid}" if pid else "another process"
        super().__init__(
            f"{path} is held by {holder} (one process at a time may write, usually a crawl). "
            "Wait for it to end, or end it with Ctrl-C; readers use the published file meanwhile"
        )


class WarehouseNewer(WarehouseError):
    """Raised when a newer Herdbook or DuckDB wrote the warehouse, by `Warehouse.open`."""

    def __init__(self, path: Path, found: str, known: str) -> None:
        self.path = path
        super().__init__(
            f"{path} was written by a newer version ({found}; this one knows {known}). "
            "Nothing was changed. Update Herdbook, or point HERDBOOK_DATA to another folder"
        )


class WarehouseDamaged(WarehouseError):
    """Raised when the warehouse file cannot be read, by `Warehouse.open`."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(
            f"{path} cannot be read: {reason:.300}. Nothing was changed. "
            "Move it aside and start anew, or put a backup in its place"
        )


class WrongWarehouse(WarehouseError):
    """Raised when replica and live data would mix, by `Warehouse.open`."""

    def __init__(self, path: Path, is_replica: bool) -> None:
        self.path = path
        holds, wanted = ("replica", "live") if is_replica else ("live", "replica")
        super().__init__(
            f"{path} holds {holds} data and was opened for {wanted} data. "
            "Nothing was changed. Point HERDBOOK_DATA to a folder of its own for each"
        )


class HandKeptError(PipelineError):
    """Raised when a hand-kept file of `data/` cannot be used; nothing is guessed from it."""


class HostingTableError(PipelineError):
    """Raised when a table of `HERDBOOK_GEOIP` cannot be read, by `AddressTables.open` and its reads."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path} is no table of networks or countries that can be read: {reason}. HERDBOOK_GEOIP takes files "
            "in the MaxMind format (.mmdb) or in Tor's (geoip, geoip6)"
        )


class DiskFull(PipelineError):
    """Raised when too little space is free to write safely, by `Warehouse.open` and `publish`."""

    def __init__(self, folder: Path, free_bytes: int, wanted_bytes: int) -> None:
        self.folder = folder
        super().__init__(
            f"{folder} has {free_bytes / 1e6:,.0f} MB free and {wanted_bytes / 1e6:,.0f} MB are "
            "wanted. Nothing was lost. Free some space, or point HERDBOOK_DATA to another disk"
        )


# --- publishing ------------------------------------------------------------------------------------


class PublishError(PipelineError):
    """Raised when nothing could be published; the last good file stays in place."""


class PublishRefused(PublishError):
    """Raised when the data break a promise of their own headers, by `publish`."""

    def __init__(self, broken: list[str]) -> None:
        self.broken = broken
        listed = "; ".join(broken[:5]) + ("; …" if len(broken) > 5 else "")
        super().__init__(
            f"not published, {len(broken)} promises are broken: {listed}. "
            "The last published file stays. Please report this with the lines above"
        )


class PublishHeldBack(PublishError):
    """Raised when a release is not what `data/expectations.toml` expects, by `publish`."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(
            f"not published, this release is held back: {'; '.join(reasons)}. The last published file stays. "
            'Where this is right, let it through: herdbook publish --accept "why"'
        )


class PublishedNewer(PublishError):
    """Raised when a published file is of a newer version than this program, by publisher and readers."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        self.path = path
        super().__init__(
            f"{path} was published by a newer version (schema {found}; this one knows {known}). "
            "Update Herdbook, or move the file aside and publish again"
        )


class ReleaseError(PipelineError):
    """Raised when no release can be made or opened; those that are there stay as they are."""


class ReleaseExists(ReleaseError):
    """Raised when there is a release of the same day already, by `herdbook release`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(
            f"{folder} is there already, and people may rely on its bytes. "
            "Publish first for a release of a newer day, or make this one anew with --replace"
        )


class ReleaseRefused(ReleaseError):
    """Raised when what is published is not fit to be released, by `herdbook release`."""


class ReleaseUnreadable(ReleaseError):
    """Raised when there is no release at a place, or it cannot be opened, by `open_release`."""


# --- reading ---------------------------------------------------------------------------------------


class PublishedMissing(PipelineError):
    """Raised when nothing was published yet, by the readers' door."""

    def __init__(self, path: Path) -> None:
        self.path = path
        replica = path.parents[1] / "replica"
        way_out = (
            f"there are replica data at {replica}: set HERDBOOK_DATA={replica} to read those"
            if (replica / path.parent.name / path.name).exists()
            else "run `herdbook up`, or `herdbook crawl` for a first look"
        )
        super().__init__(f"nothing is published at {path} yet: {way_out}")


class PublishedOlder(PipelineError):
    """Raised when the published file lacks what a newer version has, by the readers' door."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(
            f"{path} was published by an older version: {reason:.120}. Run `herdbook publish` once"
        )


class PublishedDamaged(PipelineError):
    """Raised when the published file cannot be read, by the readers' door."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(
            f"{path} cannot be read: {reason:.300}. Remove it and run `herdbook publish` to make it anew"
        )


class QueryRefused(PipelineError):
    """Raised when a reader's query cannot be run, by the readers' door."""

    def __init__(self, message: str, *, place: str = "") -> None:
        self.place = place
        """The line of the query that is meant, and a mark below the place in it; empty = none is."""
        super().__init__(message)


class HeaderError(PipelineError):
    """Raised when an SQL file's header is not the promise it should be, by `pipeline.dictionary`."""


# --- everything at once ----------------------------------------------------------------------------


class UpFailed(PipelineError):
    """Raised when a process that it needs died or never became ready, by `up`."""

    def __init__(self, name: str, exit_code: int | None, last_words: str) -> None:
        ended = "did not become ready" if exit_code is None else f"ended with code {exit_code}"
        said = f" It said: {last_words}" if last_words else ""
        super().__init__(f"{name} {ended}.{said} What was stored and published is kept; try again")


class PortTaken(PipelineError):
    """Raised when another program listens on the dashboard's port, by `up`."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"port {port} is in use by another program, perhaps another dashboard: "
            f"stop that one, or choose another with --port {port + 100}"
        )


class AlreadyServing(PipelineError):
    """Raised when another process serves the data folder, by `serve`."""

    def __init__(self, data: Path, pid: int | None) -> None:
        holder = f"process {pid}" if pid else "another process"
        super().__init__(
            f"{data} is served by {holder} already: `herdbook status` shows how it goes. "
            "End that one first, or point HERDBOOK_DATA to another folder"
        )


class ContactMissing(PipelineError):
    """Raised when no contact page is named for crawls of live servers, by `serve`."""

    def __init__(self) -> None:
        super().__init__(
            "live servers could not know who asks: set HERDBOOK_CONTACT to a page that says what you do "
            "and how to be left out"
        )


class LeavingError(PipelineError):
    """Raised when a server's own word could not be read at all, by `pipeline.leaving`."""


class StaysOut(PipelineError):
    """Raised when a server that asked to stay out would be asked, by `herdbook check`."""

    def __init__(self, hostname: str, listed: str) -> None:
        self.hostname = hostname
        super().__init__(
            f"{hostname} asked to stay out ({listed}), so it is not asked. If its keeper wants to come back: "
            f"`herdbook optout check {hostname}` reads its own word, or take the line off the list"
        )


class AlertError(PipelineError):
    """Raised when events could not be handed over at all, by `pipeline.alerts`; they are sent the next time."""


class BackupError(PipelineError):
    """Raised when a backup cannot be made or put back, by `pipeline.backup`; the warehouse stays as it was."""


# --- importing (more of these live here) -----------------------------------------------------------


class SourceError(PipelineError):
    """Raised when an import cannot be read, by an importer of `pipeline.sources`."""


class MappingError(SourceError):
    """Raised when a column mapping cannot be meant, by `pipeline.sources.mapping`; a usage error."""
