"""How crawling and publishing do, as Prometheus reads it (text format 0.0.4).

It rests on the published file and the status file only: the warehouse belongs to whoever writes it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from dashboard.door import door
from dashboard.doors import answers
from dashboard.tables import rows
from pipeline.exceptions import PipelineError, PublishedMissing
from pipeline.read import About
from pipeline.status import is_running, moment

_LABEL = re.compile(r"[^a-zA-Z0-9_. :-]")

Sample = tuple[dict[str, str], float | int | bool | None]


def metrics(request: Request) -> Response:
    """Everything, in one text."""
    text = "".join(_all())
    return answers.answer(
        request, text.encode(), "text/plain; version=0.0.4", headers={}, cache="no-store"
    )


def _all() -> Iterator[str]:
    try:
        about = door().about()
    except PublishedMissing:
        yield _one("herdbook_is_published", "whether anything is published", 0)
    except PipelineError:
        yield _one("herdbook_is_readable", "whether what is published can be read", 0)
    else:
        yield _one("herdbook_is_published", "whether anything is published", 1)
        yield _one("herdbook_is_readable", "whether what is published can be read", 1)
        yield from _published(about)
        yield from _crawls()
    yield _held_back()
    yield from _files()
    yield from _jobs()


def _published(about: About) -> Iterator[str]:
    yield _one(
        "herdbook_published_timestamp_seconds",
        "when it was published, UTC",
        about.published_at.timestamp(),
    )
    yield _one("herdbook_schema_version", "version of the published tables", about.schema_version)
    yield _one("herdbook_is_replica", "whether the servers are invented", about.is_replica)
    yield _one(
        "herdbook_coverage_ratio", "share of known servers that answer", about.coverage_ratio
    )
    states = door().host_states().to_pylist()
    for kind, name, help_text in (
        ("frontier", "herdbook_frontier_hosts", "hosts by state; states overlap"),
        ("outcome", "herdbook_servers", "servers by how their last check ended"),
    ):
        label = "state" if kind == "frontier" else "outcome"
        yield _many(
            name,
            help_text,
            [({label: row["state"]}, row["hosts_count"]) for row in states if row["kind"] == kind],
        )


def _crawls() -> Iterator[str]:
    crawls = rows(door().crawls(10))
    yield _one(
        "herdbook_crawl_is_running",
        "whether a crawl went on when this was published",
        bool(crawls) and crawls[0]["ended_at"] is None,
    )
    ended = next((crawl for crawl in crawls if crawl["ended_at"]), None)
    if ended is None:
        return
    for column, name, help_text in (
        ("ended_at", "ended_timestamp_seconds", "when it ended, UTC"),
        ("seconds", "duration_seconds", "how long it took"),
        ("instances_checked", "hosts_checked", "hosts checked"),
        ("edges_seen", "edges_seen", "entries of the peer lists that came"),
        ("coverage_ratio", "coverage_ratio", "share of the hosts known then that answered"),
    ):
        value = ended[column]
        told = moment(value) if column == "ended_at" else None
        yield _one(
            f"herdbook_last_crawl_{name}",
            f"the last crawl that ended: {help_text}",
            told.timestamp() if told else value,
        )
    yield _many(
        "herdbook_last_crawl_checks",
        "the last crawl that ended: checks by outcome",
        [({"outcome": name}, n) for name, n in orjson.loads(ended["outcomes"] or "{}").items()],
    )


def _held_back() -> str:
    try:
        held = door().held_back() is not None
    except (KeyError, TypeError, ValueError):
        # being written this moment
        held = True
    return _one("herdbook_release_is_held_back", "whether a newer release is held back", held)


def _files() -> Iterator[str]:
    sizes: list[Sample] = []
    data = door().path.parent.parent
    for name, path in (("published", door().path), ("warehouse", data / "herdbook.duckdb")):
        try:
            sizes.append(({"file": name}, path.stat().st_size))
        except OSError:
            continue
    yield _many("herdbook_file_bytes", "size of the files", sizes)


def _jobs() -> Iterator[str]:
    status = door().status()
    yield _one(
        "herdbook_serve_is_running",
        "whether the unattended jobs are looked after",
        status is not None and is_running(status),
    )
    if status is None:
        return
    yield _one(
        "herdbook_serve_is_in_trouble",
        "whether something keeps jobs from running",
        bool(status.trouble),
    )
    for name, help_text, value in _JOB:
        yield _many(
            name, help_text, [({"job": job}, value(state)) for job, state in status.jobs.items()]
        )


def _seconds(text: str | None) -> float | None:
    at = moment(text)
    return at.timestamp() if at else None


_JOB: tuple[tuple[str, str, Any], ...] = (
    ("herdbook_job_last_ok_timestamp_seconds", "when a job last ended well, UTC", lambda s: _seconds(s.last_ok_at)),
    ("herdbook_job_next_run_timestamp_seconds", "when it is due, UTC", lambda s: _seconds(s.next_run_at)),
    ("herdbook_job_runs", "runs that ended", lambda s: s.runs_count),
    ("herdbook_job_failures_in_row", "failures since it last ended well", lambda s: s.failures_in_row),
    ("herdbook_job_skipped", "turns that were skipped", lambda s: s.skipped_count),
)  # fmt: skip


def _one(name: str, help_text: str, value: float | int | bool | None) -> str:
    return _many(name, help_text, [({}, value)])


def _many(name: str, help_text: str, samples: Iterable[Sample]) -> str:
    """A metric with its samples; what is not known has none."""
    lines = [
        f"{name}{_labels(told)} {float(value):.17g}\n"
        for told, value in samples
        if value is not None
    ]
    if not lines:
        return ""
    return f"# HELP {name} {help_text}\n# TYPE {name} gauge\n{''.join(lines)}"


def _labels(told: dict[str, str]) -> str:
    words = ",".join(f'{name}="{_LABEL.sub("_", text)[:64]}"' for name, text in told.items())
    return f"{{{words}}}" if words else ""
