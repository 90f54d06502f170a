"""`herdbook serve|status|alerts|retain|backup|restore|held|admit|optout`: what runs unattended, and its levers."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from crawler.exceptions import HostnameError
from crawler.hostname import Hostname
from pipeline import alerts, caps, leaving, optouts
from pipeline.backup import (
    back_up,
    backups,
    opt_out_of_backups,
    opt_out_of_what_was_moved_aside,
    restore,
)
from pipeline.cadence import CADENCE, read_cadence
from pipeline.exceptions import HandKeptError, PipelineError, WarehouseLocked, WarehouseMissing
from pipeline.leaving import Answer
from pipeline.publish import publish_warehouse
from pipeline.read import Published
from pipeline.release.making import withdraw
from pipeline.retention import retain
from pipeline.serve import Plan, serve
from pipeline.settings import Settings
from pipeline.status import Status, is_running, one_line, read_status
from pipeline.up import PORT
from pipeline.warehouse import Warehouse
from pipeline.watches import FILE_NAME as WATCHES

_CRAWL_SECONDS = 180.0
"""A crawl that runs takes new opt-outs up when it next publishes, which is every minute or so."""

_CAME_OF_IT = {
    Answer.LEFT: "{hostname} stays out: {place} says so.",
    Answer.OUT_ALREADY: "{hostname} stayed out already; {place} says so too.",
    Answer.CAME_BACK: "{hostname} may be asked again: {place} says so.",
    Answer.NEVER_LEFT: "{place} says that {hostname} is in, and it is on no list.",
    Answer.KEPT_BY_HAND: "{place} says that {hostname} is in, but a person put it, or a name above it, on the list.",
    Answer.NO_WORD: "No word of {hostname} was found, so nothing is changed.",
}

optout_app = typer.Typer(
    help="Servers that asked to stay out: never visited, never listed, nothing of them kept.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    extra = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command("serve", context_settings=extra)(serve_command)
    app.command("status")(status_command)
    app.command("alerts", context_settings=extra)(alerts_command)
    app.command("retain")(retain_command)
    app.command("backup")(backup_command)
    app.command("restore")(restore_command)
    app.command("held")(held_command)
    app.command("admit")(admit_command)
    app.add_typer(optout_app, name="optout")


def serve_command(
    context: typer.Context,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="Port of the dashboard.")
    ] = PORT,
    has_dashboard: Annotated[
        bool, typer.Option("--dashboard/--no-dashboard", help="Show the pages too.")
    ] = True,
    cadence: Annotated[
        Path, typer.Option("--cadence", metavar="FILE", help="When what runs.")
    ] = CADENCE,
) -> None:
    """Crawl, publish, thin and back up when due, and show the pages, until stopped.

    Options that it does not know are handed to each crawl.
    """
    plan = Plan(
        cadence=read_cadence(cadence),
        port=port,
        has_dashboard=has_dashboard,
        crawl_arguments=tuple(context.args),
    )
    raise typer.Exit(serve(Settings.from_environment(), plan, _tell))


def status_command(
    is_json: Annotated[bool, typer.Option("--json", help="The whole file as JSON.")] = False,
) -> None:
    """Tell what runs, how each job went last, how old the published data are, what is held back."""
    data = Settings.from_environment().data
    status = read_status(data)
    if is_json:
        told = asdict(status) | {"is_running": is_running(status)} if status else {}
        told |= {"alerts": alerts.problems(data)}
        sys.stdout.write(json.dumps(told | _published(data), indent=1, default=str) + "\n")
    else:
        lines = _status_lines(status) if status else ["Nobody has served this folder yet."]
        lines += [f"Alerts: {problem}." for problem in alerts.problems(data)]
        sys.stdout.write("\n".join([*lines, *_published_lines(data)]) + "\n")
    sys.stdout.flush()
    in_trouble = status is not None and (
        bool(status.trouble) or any(job.failures_in_row for job in status.jobs.values())
    )
    raise typer.Exit(1 if in_trouble else 0)


def alerts_command(
    context: typer.Context,
    tries_all: Annotated[
        bool, typer.Option("--now", help="Try also addresses that rest after a failure.")
    ] = False,
) -> None:
    """Send what happened to watched servers to the addresses of watches.toml.

    Options that it does not know lead the client, as those of `herdbook check` do.
    """
    data = Settings.from_environment().data
    done = alerts.send(data, now=datetime.now(UTC), way=context.args, tries_all=tries_all)
    if not done.watches_count:
        _tell(f"Nobody is told: there is no watch in {data / WATCHES}.")
        return
    _tell(f"Sent {done.sent_count:,} events of {done.watches_count:,} watches.")
    for problem in alerts.problems(data):
        _tell(problem)


def retain_command(
    conversations_days: Annotated[int | None, typer.Option("--conversations-days", min=1)] = None,
    documents_days: Annotated[int | None, typer.Option("--documents-days", min=1)] = None,
) -> None:
    """Thin old conversations and documents; no published number changes."""
    keep = read_cadence().keep
    with Warehouse.open(Settings.from_environment().data, creates=False) as warehouse:
        thinned = retain(
            warehouse,
            now=datetime.now(UTC),
            conversations_days=conversations_days or keep.conversations_days,
            documents_days=documents_days or keep.documents_days,
        )
    _tell(
        f"Thinned {thinned.conversations:,} conversations, dropped {thinned.documents:,} documents."
    )


def backup_command(
    keep: Annotated[int | None, typer.Option("--keep", min=1, metavar="N")] = None,
) -> None:
    """Copy the warehouse and what was published; the newest few copies stay."""
    with Warehouse.open(Settings.from_environment().data, creates=False) as warehouse:
        optouts.apply(warehouse)
        made = back_up(warehouse, keep=keep or read_cadence().keep.backups)
    _tell(f"Made {made.path}.")


def restore_command(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The newest if none.")] = None,
    only_lists: Annotated[bool, typer.Option("--list", help="Only tell which there are.")] = False,
) -> None:
    """Put a backup in the warehouse's place, and publish it; what was there is moved aside."""
    data = Settings.from_environment().data
    if only_lists:
        sys.stdout.write("".join(f"{backup.name}\n" for backup in backups(data)))
        return
    _tell(f"Restored and published {restore(data, name).name}.")


def held_command() -> None:
    """Tell which domains' names are held back from being visited, as last counted."""
    rows = caps.held(Settings.from_environment().data)
    if not rows:
        _tell("Nothing was held back when last counted.")
    for row in rows:
        sys.stdout.write(
            f"{row['names_held']:>9} of {row['registrable_domain']} "
            f"({row['hosts_admitted'] or 0} admitted), such as {row['example']}\n"
        )


def admit_command(
    domain: Annotated[str, typer.Argument(metavar="DOMAIN")],
    cap: Annotated[int, typer.Option("--cap", metavar="N", min=1, max=1_000_000)],
    reason: Annotated[str, typer.Option("--reason", help="Why, on one line.")],
) -> None:
    """Let so many hosts of a registrable domain in; the next crawl admits what was held back."""
    data = Settings.from_environment().data
    caps.release(data, _hostname(domain), cap, reason=reason, added_on=datetime.now(UTC).date())
    _tell(f"The next crawl admits up to {cap:,} strangers of {domain}.")


@optout_app.command("add")
def optout_add_command(
    hostname: Annotated[str, typer.Argument(metavar="HOST", help="Subdomains are meant too.")],
    source: Annotated[str, typer.Option("--source", help="How it was asked, e.g. mail.")] = "asked",
    reason: Annotated[str, typer.Option("--reason", help="Why, on one line.")] = "",
) -> None:
    """Put a host on the list, and delete everything held of it, published files and backups included."""
    data = Settings.from_environment().data
    today = datetime.now(UTC).date()
    is_new = optouts.add(data, _hostname(hostname), reason=reason, source=source, added_on=today)
    _tell(f"{hostname} is on the list." if is_new else f"{hostname} was on the list already.")
    _apply(data)


@optout_app.command("list")
def optout_list_command() -> None:
    """Tell who stays out."""
    for row in optouts.listed(Settings.from_environment().data):
        sys.stdout.write(f"{row['hostname']}\t{row['added_on']}\t{row['source']}\n")


@optout_app.command(
    "check", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def optout_check_command(
    context: typer.Context,
    hostname: Annotated[str, typer.Argument(metavar="HOST")],
) -> None:
    """Read a server's own word, a DNS record or a file on it, and keep to it: out, or back in.

    Options that it does not know lead the client, as those of `herdbook check` do.
    """
    data = Settings.from_environment().data
    told = leaving.read_word(data, _hostname(hostname), way=context.args)
    for note in told.notes:
        _tell(one_line(note))
    _tell(_CAME_OF_IT[told.answer].format(hostname=hostname, place=told.place))
    if told.answer in (Answer.LEFT, Answer.CAME_BACK):
        _apply(data)
    elif told.answer in (Answer.NO_WORD, Answer.KEPT_BY_HAND):
        raise typer.Exit(1)


@optout_app.command("apply")
def optout_apply_command(
    only_new: Annotated[
        bool, typer.Option("--if-new", help="Only if the lists changed since it was done last.")
    ] = False,
) -> None:
    """Delete everything held of the hosts on the list."""
    data = Settings.from_environment().data
    if not only_new or not (optouts.is_applied(data) and optouts.is_cleared(data)):
        _apply(data)


def _apply(data: Path) -> None:
    seal = optouts.seal_of_lists(data)
    try:
        with Warehouse.open(data, creates=False) as warehouse:
            count = optouts.apply(warehouse)
            if count or Published(data).path.exists():
                publish_warehouse(warehouse)
        _tell(f"Deleted what was held of {count:,} hosts, and published without them.")
    except WarehouseMissing:
        _tell("There is no warehouse yet, so nothing is held of anybody.")
    except WarehouseLocked:
        _tell("A crawl holds the warehouse and does it when it next publishes. Waiting for it.")
        if not _eventually(lambda: optouts.is_applied(data), _CRAWL_SECONDS):
            raise
        _tell("Deleted by the crawl, and published without them.")
    if copies := opt_out_of_backups(data):
        _tell(f"Deleted from {copies} backups.")
    if olds := opt_out_of_what_was_moved_aside(data):
        _tell(f"Deleted from {olds} warehouses that restoring had moved aside.")
    for folder in withdraw(data, optouts.names(data)):
        _tell(f"Withdrew the release of {folder.name}, which named somebody on the list.")
    optouts.note_cleared(data, seal)


def _eventually(is_done: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def _hostname(text: str) -> Hostname:
    try:
        return Hostname.parse(text)
    except HostnameError as error:
        raise HandKeptError(f"{error}. Give a bare name such as server.example") from None


def _status_lines(status: Status) -> list[str]:
    state = (
        f"Served by process {status.pid} since {status.started_at}"
        if is_running(status)
        else f"Not served: process {status.pid} ended {status.ended_at or 'without a word'}"
    )
    lines = [f"{state}. {status.dashboard}".strip()]
    if status.trouble:
        lines.append(f"Trouble: {status.trouble}")
    if status.dashboard_restarts_count:
        lines.append(f"The dashboard was started again {status.dashboard_restarts_count} times.")
    if status.clock_moves_count:
        lines.append(f"The clock jumped, or the machine slept, {status.clock_moves_count} times.")
    for name, job in status.jobs.items():
        lines.append(
            f"{name:<10} {job.outcome:<10} last {job.last_started_at or '-':<20} "
            f"well {job.last_ok_at or '-':<20} next {job.next_run_at or '-'}"
        )
        if job.failures_in_row:
            lines.append(f"{'':<10} {job.failures_in_row} failures in a row: {job.detail[:200]}")
        elif job.skipped_count:
            lines.append(f"{'':<10} {job.skipped_count} turns skipped {job.detail[:200]}".rstrip())
    return lines


def _published(data: Path) -> dict[str, object]:
    try:
        published = Published(data)
        about = published.about()
        (held,) = published.query_table("select names_held from marts.about").to_pylist()
    except PipelineError as error:
        return {"published": None, "published_problem": str(error)}
    return {
        "published": {
            "published_at": about.published_at,
            "instances_alive": about.instances_alive,
            "instances_known": about.instances_known,
            "names_held": held["names_held"],
        },
        "held_back": caps.held(data)[:10],
        "backups": [backup.name for backup in backups(data)],
    }


def _published_lines(data: Path) -> list[str]:
    told = _published(data)
    found = told["published"]
    if not isinstance(found, dict):
        return [f"Published: {told['published_problem']}"]
    hours = (datetime.now(UTC) - found["published_at"]).total_seconds() / 3600
    lines = [
        f"Published {hours:,.1f} hours ago: {found['instances_alive']:,} alive of "
        f"{found['instances_known']:,} known; {found['names_held']:,} names held back."
    ]
    lines += [
        f"  held back: {row['names_held']} of {row['registrable_domain']}"
        for row in caps.held(data)[:3]
    ]
    kept = backups(data)
    lines.append(f"Backups: {len(kept)}" + (f", the newest {kept[-1].name}" if kept else ""))
    return lines


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
