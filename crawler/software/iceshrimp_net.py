"""Iceshrimp.NET: Mastodon's instance API with constants in it; no list of peers.

Source: kaido2ki/Iceshrimp.NET Iceshrimp.Backend/Controllers/Mastodon/Schemas/InstanceInfoV2Response.cs: open with
approval means by invitation there, and title and description are made of the host's name.
"""

from dataclasses import replace

from crawler.conversation import Known, Talk, Told
from crawler.peers import no_list
from crawler.records import Instance, PeerKind, PeerList, PeerListState, Registration
from crawler.software.mastodon import PEERS, V1, V2, ask_instance, identity_aliases

NAMES = ("iceshrimp.net",)
QUESTIONS = (V2, V1)
MEANINGFUL = ("users_total", "users_active_month", "users_active_halfyear", "local_posts")


def talk(known: Known) -> Talk:
    """Ask for the instance; there are no peers to ask for."""
    notes: list[str] = []
    instance: Instance | None = None
    peers: tuple[PeerList, ...] = ()
    if known.wants.instance:
        instance = yield from ask_instance(notes, sign_up="/")
        instance = _without_constants(instance) if instance is not None else None
    if known.wants.peers:
        state, detail = PeerListState.NOT_OFFERED, "this software has no list of peers"
        peers = (no_list(PEERS, PeerKind.KNOWS, state, detail),)
    return Told(
        instance=instance,
        peer_lists=peers,
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )


def _without_constants(instance: Instance) -> Instance:
    is_made = (instance.description or "").endswith(" on Iceshrimp.NET")
    is_invite = instance.registration is Registration.APPROVAL
    return replace(
        instance,
        title=None if is_made else instance.title,
        description=None if is_made else instance.description,
        registration=Registration.INVITE if is_invite else instance.registration,
        has_invites=True if is_invite else instance.has_invites,
    )
