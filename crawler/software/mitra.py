"""Mitra: `/api/v1/instance` and peers. Closed means by invitation there.

Source: external-mirrors/mitra mitra_api/src/mastodon_api/instance/{types,views}.rs, mitra_api/src/nodeinfo/types.rs.
Where new accounts may only read, a person decides who may write.
"""

from dataclasses import replace

from crawler.conversation import Known, Talk, Told
from crawler.fields import at, boolean, document
from crawler.records import Instance, Registration
from crawler.software.dialect import ask_peers, ask_v1, metadata
from crawler.software.mastodon import PEERS, V1, identity_aliases, instance_v1

NAMES = ("mitra",)
QUESTIONS = (V1, PEERS)
MEANINGFUL = ("users_total", "users_active_month", "users_active_halfyear", "local_posts")


def talk(known: Known) -> Talk:
    """Ask for the instance and its peers."""
    notes: list[str] = []
    instance = yield from ask_v1(known, notes, "/", read=_instance, otherwise=_by_nodeinfo(known))
    if instance is not None:
        is_federating = boolean(at(metadata(known), "federation", "enabled"))
        instance = replace(instance, is_federating=is_federating)
    peers = yield from ask_peers(known)
    return Told(
        instance=instance,
        peer_lists=peers,
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )


def _instance(body: bytes) -> Instance:
    said, value = instance_v1(body, sign_up="/"), document(body)
    registration = said.registration
    if registration is Registration.CLOSED and said.has_invites:
        registration = Registration.INVITE
    elif registration is Registration.OPEN and boolean(value.get("new_accounts_read_only")):
        registration = Registration.APPROVAL
    unread_keys = tuple(key for key in said.unread_keys if key != "new_accounts_read_only")
    return replace(said, registration=registration, unread_keys=unread_keys)


def _by_nodeinfo(known: Known) -> Registration:
    """`openRegistrations` is false for the registration type `invite` alone."""
    states = {True: Registration.OPEN, False: Registration.INVITE, None: Registration.UNKNOWN}
    return states[known.nodeinfo.is_open_registrations]
