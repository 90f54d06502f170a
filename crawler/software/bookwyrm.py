"""BookWyrm: `/api/v1/instance` and peers. Closed with approval means that invitations can be asked for.

Source: bookwyrm-social/bookwyrm bookwyrm/views/wellknown.py: the language is a constant there, and so is the
description that nobody has written yet.
"""

from dataclasses import replace

from crawler.conversation import Known, Talk, Told
from crawler.fields import boolean, document
from crawler.records import Instance, Registration
from crawler.software.dialect import ask_peers, ask_v1, open_or_unsaid
from crawler.software.mastodon import PEERS, V1, identity_aliases, instance_v1

NAMES = ("bookwyrm",)
QUESTIONS = (V1, PEERS)
MEANINGFUL = ("users_total", "users_active_month", "users_active_halfyear", "local_posts")

_SIGN_UP = "/"
"""The form is on its front page, for those who sign up and for those who ask for an invitation."""
_UNWRITTEN = "This instance has no description."


def talk(known: Known) -> Talk:
    """Ask for the instance and its peers."""
    notes: list[str] = []
    instance = yield from ask_v1(
        known,
        notes,
        _SIGN_UP,
        read=_instance,
        constants=("languages",),
        otherwise=open_or_unsaid(known),
    )
    peers = yield from ask_peers(known)
    return Told(
        instance=instance,
        peer_lists=peers,
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )


def _instance(body: bytes) -> Instance:
    said, value = instance_v1(body, sign_up=_SIGN_UP), document(body)
    takes_requests = boolean(value.get("approval_required")) is True
    is_requested = said.registration is Registration.CLOSED and takes_requests
    return replace(
        said,
        description=said.description if said.description != _UNWRITTEN else None,
        registration=Registration.APPROVAL if is_requested else said.registration,
        has_invites=True if is_requested else None,
    )
