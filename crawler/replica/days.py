"""What days make of a server: people come and go, doors close, versions step, machines fail. Pure.

Everything is decided by a server's own luck, so that the world of a day needs no days before it.
"""

import math
from dataclasses import replace

from crawler.records import Registration
from crawler.replica.neighbours import Manner
from crawler.replica.population import Server

OUTAGES_A_DAY = 0.006
"""Share of servers whose machine fails on a day, for one to three days."""
DEATHS_A_DAY = 0.001
"""Share of servers that end for good on a day: a third of them within a year."""
RUSH_MOST_USERS = 60_000
"""Where a rush ends: a server that ten thousands find within a week is a busy one."""

_DOORS_A_DAY = 0.002
_STEPS_A_DAY = 0.02
_HIDINGS_A_DAY = 0.001
_LONGEST_OUTAGE_DAYS = 3
_LONGEST_HIDING_DAYS = 6
_DOOR_STAYS_DAYS = 12
_WEEK = (0.0, 0.01, 0.015, 0.01, -0.01, -0.03, -0.02)
"""How much more or less of all people is active, by the day of the week."""


def on_day(server: Server, day: int) -> Server:
    """What is true of a server that lives on a day. Day 0 is as it was drawn."""
    age = day - server.born_on
    if age <= 0:
        return server
    growth = daily_growth(server) ** age
    total = max(1, round(server.users_total * growth))
    if server.is_rushing:
        total = min(total, max(RUSH_MOST_USERS, server.users_total))
    growth = total / server.users_total
    halfyear = max(1, round(server.users_active_halfyear * growth))
    month = max(1, round(server.users_active_month * growth * _mood(server, day)))
    if server.users_active_month <= server.users_active_halfyear:
        month = min(month, halfyear)
    # everybody active writes something on most days
    posts = server.local_posts + round(age * (1 + server.users_active_month) * (growth + 1) / 4)
    return replace(
        server,
        version=_version(server, day),
        users_total=total,
        users_active_month=month,
        users_active_halfyear=halfyear,
        local_posts=posts,
        local_comments=server.local_comments + (posts - server.local_posts) // 2,
        registration=_registration(server, day),
        is_list_hidden=server.is_list_hidden or is_hiding(server, day),
    )


def daily_growth(server: Server) -> float:
    """The factor of its people from one day to the next: from two thousandths less to five more."""
    if server.is_rushing:
        return 1.25 + 0.3 * server.luck("rush")
    return 1 + (7 * server.luck("people") - 2) / 1000


def died_on(server: Server, most: int) -> int | None:
    """The day it ends for good, if that is not later than `most`; `None` = it lives."""
    # of those that live on a day the same share ends, so the first day is decided by one draw
    lives = math.ceil(math.log1p(-server.luck("death")) / math.log1p(-DEATHS_A_DAY))
    ends_on = server.born_on + max(1, lives)
    return ends_on if ends_on <= most else None


def outage(server: Server, day: int) -> Manner | None:
    """How its machine fails on a day; `None` = it works. Nobody fails on day 0."""
    for began in range(max(1, day - _LONGEST_OUTAGE_DAYS + 1), day + 1):
        if began > server.born_on and server.luck(f"outage {began}") < OUTAGES_A_DAY:
            length = 1 + int(server.luck(f"repair {began}") * _LONGEST_OUTAGE_DAYS)
            if began + length > day:
                return _FAILURES[int(server.luck(f"failure {began}") * len(_FAILURES))]
    return None


def is_hiding(server: Server, day: int) -> bool:
    """Whether it keeps its list to itself for some days; it comes back."""
    return any(
        server.luck(f"hiding {began}") < _HIDINGS_A_DAY
        and began + 1 + int(server.luck(f"return {began}") * _LONGEST_HIDING_DAYS) > day
        for began in range(max(1, day - _LONGEST_HIDING_DAYS + 1), day + 1)
    )


_FAILURES = (Manner.ERRORS, Manner.DEAD, Manner.FAILING, Manner.EXPIRED)


def _mood(server: Server, day: int) -> float:
    own = (server.luck(f"mood {day}") - 0.5) / 25
    # a few thousand people hardly notice each other's whims
    return 1 + (_WEEK[day % 7] - _WEEK[0]) + own / math.sqrt(1 + server.users_total / 1000)


def _version(server: Server, day: int) -> str:
    """Its newest version once somebody found the time; until then what it had."""
    found_time = any(
        server.luck(f"step {each}") < _STEPS_A_DAY for each in range(server.born_on + 1, day + 1)
    )
    return server.software.versions[0] if found_time else server.version


def _registration(server: Server, day: int) -> Registration:
    """Who may sign up: a door that closes, or opens, stays so for some days."""
    doors = server.software.registrations
    is_fixed = server.software.constant_registration is not None or server.users_total == 1
    if is_fixed or not (doors[0] and doors[3]):
        return server.registration
    for began in range(max(1, day - _DOOR_STAYS_DAYS + 1), day + 1):
        if server.luck(f"door {began}") < _DOORS_A_DAY:
            is_open = server.registration is not Registration.CLOSED
            return Registration.CLOSED if is_open else Registration.OPEN
    return server.registration
