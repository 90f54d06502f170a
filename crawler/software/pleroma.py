"""Pleroma, Akkoma and Rebased: `/api/v1/instance`, peers, and what they publicly limit, in NodeInfo.

Sources: kphrx/pleroma lib/pleroma/web/nodeinfo/nodeinfo.ex, lib/pleroma/web/mastodon_api/views/instance_view.ex,
lib/pleroma/stats.ex; BDX-town/Akkoma docs/docs/development/nodeinfo_extensions.md. `metadata.private` closes the
API to guests and is no wish to be left alone (SURVEY §10.2); the list of peers cannot be hidden.
"""

from dataclasses import replace

from crawler.conversation import Known, Talk, Told
from crawler.fields import Json, at, boolean, mapping, sequence
from crawler.peers import no_list, peer_list
from crawler.records import (
    Instance,
    PeerDetail,
    PeerKind,
    PeerList,
    PeerListState,
    Registration,
)
from crawler.software.dialect import NODEINFO, ask_peers, ask_v1, metadata
from crawler.software.mastodon import PEERS, V1, identity_aliases

NAMES = ("pleroma", "akkoma", "rebased", "soapbox")
QUESTIONS = (V1, PEERS)
MEANINGFUL = ("users_total", "users_active_month", "users_active_halfyear", "local_posts")

_SIGN_UP = {"rebased": "/signup", "soapbox": "/signup"}
"""Soapbox's page; all others have that of Pleroma-FE."""

_ALLOWS = "accept"
"""The one list of `mrf_simple` that names whom it lets in."""


def talk(known: Known) -> Talk:
    """Ask for the instance and its peers; who is limited stands in the NodeInfo document."""
    notes: list[str] = []
    said = metadata(known)
    sign_up = _SIGN_UP.get(known.nodeinfo.software_name or "", "/registration")
    instance = yield from ask_v1(known, notes, sign_up, otherwise=_closed_or_unsaid(known))
    if instance is not None:
        instance = _completed(instance, said)
    peers = yield from ask_peers(known, hidden=(400, 401, 403, 404))
    moderation = _moderation(known, said, notes) if known.wants.peers else ()
    return Told(
        instance=instance,
        peer_lists=peers + moderation,
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )


def _closed_or_unsaid(known: Known) -> Registration:
    """NodeInfo alone: open may mean approval there, closed means closed."""
    is_closed = known.nodeinfo.is_open_registrations is False
    return Registration.CLOSED if is_closed else Registration.UNKNOWN


def _completed(instance: Instance, said: Json) -> Instance:
    """The instance with what only NodeInfo says: invitations, the e-mail, whether it federates."""
    has_invites = boolean(said.get("invitesEnabled"))
    is_invite = has_invites is True and instance.registration is Registration.CLOSED
    return replace(
        instance,
        registration=Registration.INVITE if is_invite else instance.registration,
        has_invites=has_invites,
        is_email_required=boolean(said.get("accountActivationRequired")),
        is_federating=boolean(at(said, "federation", "enabled")),
    )


# --- moderation -------------------------------------------------------------------------------------


def _moderation(known: Known, said: Json, notes: list[str]) -> tuple[PeerList, ...]:
    """Whom it blocks and whom alone it allows, where the admin shows it."""
    federation = mapping(said.get("federation"))
    lists = mapping(federation.get("mrf_simple"))
    if not any(
        key in federation for key in ("mrf_policies", "mrf_simple", "quarantined_instances")
    ):
        detail = "its moderation is not shown"
        return (no_list(NODEINFO, PeerKind.BLOCKS, PeerListState.HIDDEN, detail),)
    has_exclusions = boolean(federation.get("exclusions")) is True
    if has_exclusions:
        notes.append("Some servers are left out of the moderation it shows (exclusions).")
    limits = {name: _names(entries) for name, entries in lists.items() if name != _ALLOWS}
    limits["quarantine"] = _names(federation.get("quarantined_instances"))
    return (
        _blocks(known, limits, is_complete=not has_exclusions),
        peer_list(
            NODEINFO,
            PeerKind.ALLOWS,
            _names(lists.get(_ALLOWS)),
            known.hostname,
            is_complete=not has_exclusions,
        ),
    )


def _blocks(known: Known, limits: dict[str, list[object]], *, is_complete: bool) -> PeerList:
    """One entry per server, with everything that is done to it: `reject`, `media_nsfw`, `quarantine` …"""
    severities: dict[object, list[str]] = {}
    for limit, names in limits.items():
        for name in names:
            severities.setdefault(name, []).append(limit[:32])
    return peer_list(
        NODEINFO,
        PeerKind.BLOCKS,
        list(severities),
        known.hostname,
        details=[
            PeerDetail(severity=", ".join(dict.fromkeys(all_limits))[:200])
            for all_limits in severities.values()
        ],
        is_complete=is_complete,
        detail="" if is_complete else "some servers are left out of what it shows",
    )


def _names(entries: object) -> list[object]:
    """The names of one list. `*.one.example` means the domain and all below it; some pair a name with a reason."""
    pairs = (
        entry[0] if isinstance(entry, list) and entry else entry for entry in sequence(entries)
    )
    return [name.strip().removeprefix("*.") for name in pairs if isinstance(name, str)]
