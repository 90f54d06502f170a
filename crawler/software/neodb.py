"""NeoDB: Takahē's instance API and peers below a catalogue of its own. Closed means by invitation.

Sources: neodb-social/neodb neodb/common/views.py (`openRegistrations` is `not invite_only`); jointakahe/takahe
api/views/instance.py, whose languages and rules are constants.
"""

from dataclasses import replace

from crawler.conversation import Known, Talk, Told
from crawler.fields import at, boolean
from crawler.records import Registration
from crawler.software.dialect import ask_peers, ask_v1, metadata
from crawler.software.mastodon import PEERS, V1, identity_aliases

NAMES = ("neodb",)
QUESTIONS = (V1, PEERS)
MEANINGFUL = ("users_total", "users_active_month", "users_active_halfyear", "local_posts")

_SIGN_UP = "/account/login"
"""Signing up and signing in are one page there."""
_CONSTANTS = ("users_active_month", "languages", "rules", "has_invites")
_STATES = {True: Registration.OPEN, False: Registration.INVITE, None: Registration.UNKNOWN}


def talk(known: Known) -> Talk:
    """Ask for the instance and its peers; who may sign up stands in NodeInfo."""
    notes: list[str] = []
    registration = _STATES[known.nodeinfo.is_open_registrations]
    instance = yield from ask_v1(
        known, notes, _SIGN_UP, constants=_CONSTANTS, otherwise=registration
    )
    if instance is not None:
        # said only where it is off
        is_federating = boolean(at(metadata(known), "federation", "enabled"))
        instance = replace(instance, registration=registration, is_federating=is_federating)
    peers = yield from ask_peers(known)
    return Told(
        instance=instance,
        peer_lists=peers,
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )
