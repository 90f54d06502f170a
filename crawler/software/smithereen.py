"""Smithereen: `/api/v1/instance`, whose three flags tell four ways to sign up, and peers.

Source: grishka/Smithereen src/main/java/smithereen/routes/MastodonApiRoutes.java: `registrations` is true for open
alone, `approval_required` and `invites_enabled` for one mode each.
"""

from dataclasses import replace

from crawler.conversation import Known, Talk, Told
from crawler.fields import boolean, document
from crawler.records import Instance, Registration
from crawler.software.dialect import ask_peers, ask_v1, open_or_unsaid
from crawler.software.mastodon import PEERS, V1, identity_aliases, instance_v1

NAMES = ("smithereen",)
QUESTIONS = (V1, PEERS)
MEANINGFUL = (
    "users_total",
    "users_active_month",
    "users_active_halfyear",
    "local_posts",
    "local_comments",
)

_SIGN_UP = "/account/register"


def talk(known: Known) -> Talk:
    """Ask for the instance and its peers."""
    notes: list[str] = []
    instance = yield from ask_v1(
        known, notes, _SIGN_UP, read=_instance, otherwise=open_or_unsaid(known)
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
    registration = said.registration
    if registration is Registration.CLOSED and boolean(value.get("approval_required")):
        registration = Registration.APPROVAL
    elif registration is Registration.CLOSED and said.has_invites:
        registration = Registration.INVITE
    return replace(said, registration=registration)
