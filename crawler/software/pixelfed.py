"""Pixelfed: `/api/v1/instance`, and peers whose empty list means that they are hidden.

Sources: pixelfed/pixelfed app/Http/Controllers/Api/ApiV1Controller.php (instance, instancePeers; #5125),
app/Util/Site/Nodeinfo.php. Closed with approval is curated onboarding there.
"""

from dataclasses import replace

from crawler.conversation import Known, Talk, Told
from crawler.fields import boolean, document
from crawler.records import Instance, Registration
from crawler.software.dialect import ask_peers, ask_v1, open_or_unsaid
from crawler.software.mastodon import PEERS, V1, identity_aliases, instance_v1

NAMES = ("pixelfed",)
QUESTIONS = (V1, PEERS)
MEANINGFUL = ("users_total", "local_posts")

_SIGN_UP = {Registration.APPROVAL: "/auth/sign_up"}
"""The page of curated onboarding; everybody else goes to `/register`."""


def talk(known: Known) -> Talk:
    """Ask for the instance and its peers."""
    notes: list[str] = []
    instance = yield from ask_v1(
        known,
        notes,
        "/register",
        read=lambda body: _instance(body, known),
        # those of its interface
        constants=("languages",),
        # NodeInfo says nothing of curated onboarding
        otherwise=open_or_unsaid(known),
    )
    peers = yield from ask_peers(known, hidden=(400, 401, 403, 405), is_empty_hidden=True)
    return Told(
        instance=instance,
        peer_lists=peers,
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )


def _instance(body: bytes, known: Known) -> Instance:
    value, said = document(body), instance_v1(body)
    is_open = boolean(value.get("registrations"))
    if is_open is None:
        # null while its cache is cold
        is_open = known.nodeinfo.is_open_registrations
    registration = _registration(is_open, boolean(value.get("approval_required")))
    return replace(
        said,
        registration=registration,
        registration_path=_SIGN_UP.get(registration, "/register"),
    )


def _registration(is_open: bool | None, is_curated: bool | None) -> Registration:
    if is_open:
        return Registration.OPEN
    if is_curated:
        return Registration.APPROVAL
    return Registration.UNKNOWN if is_open is None else Registration.CLOSED
