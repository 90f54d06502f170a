"""Status: whether somebody looks after this Herdbook, how each job went, how old the data are, what is held back.

The same facts as `herdbook status`, without what only whoever runs it should see: paths, and last words of jobs.
"""

from datetime import datetime

import streamlit as st

from dashboard import frame, labels, marks, reads
from dashboard.labels import plural
from dashboard.language import N_, Words, _
from dashboard.text import html
from pipeline.read import JobRunning, Running

JOBS = Words(
    {
        "census": N_("Asking the servers that are due"),
        "liveness": N_("Whether watched servers answer"),
        "publish": N_("Publishing"),
        "optouts": N_("Deleting who opted out"),
        "alerts": N_("Letters to watchers"),
        "retention": N_("Deleting what is old"),
        "backup": N_("Backup"),
    }
)
"""What each job does; one of another name is told by it."""

OUTCOMES = Words(
    {
        "never ran": N_("has not run yet"),
        "running": N_("runs now"),
        "ok": N_("ended well"),
        "failed": N_("failed"),
        "killed": N_("was broken off"),
        "ended late": N_("took too long and was ended"),
        "skipped": N_("was passed over"),
    }
)

NOBODY_EVER = N_(
    "Nothing runs by itself here: nobody has started {serve}. What is shown was published by a command that somebody ran."
)
GONE = N_(
    "Nothing runs by itself at present: whoever looked after the jobs ended {moment}. The data stay as they are until "
    "somebody starts {serve} again."
)
DIED = N_(
    "Nothing runs by itself at present: whoever looked after the jobs is gone without a word. The data stay as they are "
    "until somebody starts {serve} again."
)
SERVED = N_(
    "The jobs below run by themselves, one at a time. They have been looked after since {moment}."
)
TROUBLE = N_(
    "No job begins at present, because the disk is full. The data stay as they are until there is room."
)
NAMES_HELD = N_("so many names of one domain were named at once that most of them wait")


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        running = reads.running()
        st.title(_("How this Herdbook runs"), anchor=False)
        st.html(f'<p class="hb hb-lead">{_lead(running)}</p>')
        if running.is_served and running.is_in_trouble:
            frame.strip(_(TROUBLE), "#C96F0A")
        st.header(_("The data"), anchor=False)
        st.html(marks.facts(_data(snapshot)))
        st.header(_("Jobs"), anchor=False)
        if running.jobs:
            st.html(_jobs(running, snapshot.now))
        else:
            st.text(_("None has run."))
        st.header(_("The machine"), anchor=False)
        st.html(marks.facts(_machine(running, snapshot.now)))


def _lead(running: Running) -> str:
    serve = "<code>herdbook serve</code>"
    if running.served_from is None:
        return html(_(NOBODY_EVER), 1_000).format(serve=serve)
    if running.is_served:
        return html(_(SERVED).format(moment=labels.moment(running.served_from)), 1_000)
    if running.ended_at is None:
        return html(_(DIED), 1_000).format(serve=serve)
    return html(_(GONE), 1_000).format(serve=serve, moment=html(labels.moment(running.ended_at)))


def _data(snapshot: frame.Snapshot) -> list[tuple[str, str]]:
    about = snapshot.about
    held = reads.held_back()
    release = _("none")
    if held:
        release = _("one, since {moment}").format(moment=labels.moment(held.held_back_at))
    names = labels.number(about.names_held)
    if about.names_held:
        names = f"{names}: {_(NAMES_HELD)}"
    crawl = _("none yet")
    if about.crawl_started_at:
        crawl = labels.moment(about.crawl_started_at)
        if about.crawl_is_running:
            crawl = _("{moment}, goes on").format(moment=crawl)
    return [
        (_("Published"), _when(about.published_at, snapshot.now)),
        (_("Coverage"), snapshot.coverage),
        (_("Last crawl began"), crawl),
        (_("Releases held back"), release),
        (_("Names held back"), names),
    ]


def _jobs(running: Running, now: datetime) -> str:
    columns = (
        _("Job"),
        _("How it went last"),
        _("Began last"),
        _("Ended well last"),
        _("Due next"),
    )
    return marks.table(columns, [_job(job, now) for job in running.jobs])


def _job(job: JobRunning, now: datetime) -> tuple[str, ...]:
    outcome = OUTCOMES.get(job.outcome, job.outcome)
    if job.failures_in_row > 1:
        outcome = plural(
            "{outcome}, {count} time in a row",
            "{outcome}, {count} times in a row",
            job.failures_in_row,
            outcome=outcome,
        )
    due = _("not known")
    if job.next_run_at:
        due = _("now") if job.next_run_at <= now else labels.moment(job.next_run_at)
    return (
        JOBS.get(job.name, job.name),
        outcome,
        _when(job.last_started_at, now),
        _when(job.last_ok_at, now),
        due,
    )


def _when(at: datetime | None, now: datetime) -> str:
    """A moment and how long ago that is."""
    if at is None:
        return _("never")
    age = labels.age(at, now)
    told = labels.moment(at)
    return told if age.tone == "grey" else f"{told} ({age.words})"


def _machine(running: Running, now: datetime) -> list[tuple[str, str]]:
    backups = labels.number(running.backups_count)
    if running.newest_backup_at:
        newest = _when(running.newest_backup_at, now)
        backups = _("{count}, the newest of {moment}").format(count=backups, moment=newest)
    free = labels.number(None)
    if running.free_bytes is not None:
        free = _("{free} GB; jobs want {wanted}").format(
            free=labels.number(running.free_bytes / 1e9, 1),
            wanted=labels.number(running.free_bytes_wanted / 1e9, 1),
        )
    return [
        (_("Backups"), backups),
        (_("Free on the disk"), free),
        (_("Pages started again"), labels.number(running.dashboard_restarts_count)),
        (_("Clock jumped, or machine slept"), labels.number(running.clock_moves_count)),
    ]


show()
