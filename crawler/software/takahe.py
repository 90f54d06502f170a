"""Takahē: `/api/v1/instance`, peers, and weeks in which nobody ever signs in.

Source: jointakahe/takahe api/views/instance.py, users/views/activitypub.py. The second version of its instance
API gives all identities as active, so the first is asked. Its languages and rules are constants; a closed
registration may also be one by invitation.
"""

from dataclasses import replace
from datetime import date

from crawler.conversation import Known, Talk, Told
from crawler.fields import decode, sequence
from crawler.records import ActivityPoint, Registration
from crawler.software.dialect import ask, ask_peers, ask_v1
from crawler.software.mastodon import ACTIVITY, PEERS, V1, identity_aliases, weekly_points

NAMES = ("takahe",)
QUESTIONS = (V1, PEERS, ACTIVITY)
MEANINGFUL = ("users_total", "local_posts")

_CONSTANTS = ("users_active_month", "languages", "rules", "has_invites")


def talk(known: Known) -> Talk:
    """Ask what is due: the instance, its peers, its weeks."""
    notes: list[str] = []
    activity: tuple[ActivityPoint, ...] = ()
    instance = yield from ask_v1(known, notes, "/auth/signup/", constants=_CONSTANTS)
    if instance is not None and instance.registration is Registration.CLOSED:
        instance = replace(instance, registration=Registration.UNKNOWN)
    peers = yield from ask_peers(known)
    if known.wants.activity:
        read = yield from ask(
            ACTIVITY,
            lambda body: _weeks(body, known),
            notes,
            "how active its last twelve weeks were",
        )
        activity = read or ()
    return Told(
        instance=instance,
        peer_lists=peers,
        activity=activity,
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )


def _weeks(body: bytes, known: Known) -> tuple[ActivityPoint, ...]:
    """Whole weeks from Monday; `logins` is always 0, which is not said. Raises `ExtractError`."""
    points = weekly_points(sequence(decode(body)), date.fromisoformat(known.today), False)
    weeks = (replace(point, logins=None) for point in points)
    return tuple(week for week in weeks if (week.statuses, week.registrations) != (None, None))
