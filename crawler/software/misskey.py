"""Misskey and its forks: `/api/meta`, `/api/stats`, two lists of peers, daily charts.

Two lists, because neither is enough: the flat one (one request, complete, names only) makes the edges, and pages of
`/api/federation/instances` add details and blocks as far as a check's pages reach (oldest first, 41 × 100 or × 30).
What is blocked is in the list of blocks, and in no other.

Sources: misskey-dev/misskey@0874bd91, MisskeyIO/misskey and mei23/misskey-v12 packages/backend/src/server/api/endpoints
(meta, stats, charts, federation/instances); jclaudan/firefish; Ernous/iceshrimp. CherryPick names itself `misskey` to
agents called JoinMisskey, which we are not; its `basedMisskeyVersion` gives it away.
"""

import re
from collections.abc import Generator
from dataclasses import replace

import orjson

from crawler.conversation import Answer, Ask, Known, Talk, Told
from crawler.exceptions import ExtractError
from crawler.fields import (
    Json,
    boolean,
    count,
    decode,
    document,
    https_url,
    languages,
    sequence,
    unread,
)
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.peers import flat_peers
from crawler.records import Instance, PeerList, PeerListState, Registration
from crawler.software.mastodon import PEERS, claimed_hostname, identity_aliases, own_path
from crawler.software.misskey_charts import ACTIVE, NOTES, USERS, Days
from crawler.software.misskey_instances import INSTANCES, ask_instances, block_list, known_list
from crawler.text import plain

_LIKE_TWELVE = (
    "firefish",
    "calckey",
    "iceshrimp",
    "foundkey",
    "meisskey",
    "catodon",
    "magnetar",
    "rosekey",
    "hajkey",
    "dolphin",
    "groundpolis",
)
"""Forks of version 12 and before: POST only, and rows are sorted by `caughtAt`."""
NAMES = ("misskey", "sharkey", "cherrypick", "tanukey", "nexkey", "taiyme", *_LIKE_TWELVE)
META = "/api/meta"
STATS = "/api/stats"
QUESTIONS = (META, STATS, PEERS, INSTANCES, ACTIVE, NOTES, USERS)
MEANINGFUL = ("users_total", "local_posts")

_CAPTCHAS = (
    "enableHcaptcha",
    "enableRecaptcha",
    "enableTurnstile",
    "enableMcaptcha",
    "enableTestcaptcha",
    "enableFC",
)


def talk(known: Known) -> Talk:
    """Ask what is due: the server, the flat list, its days, then pages of details."""
    notes: list[str] = []
    instance: Instance | None = None
    peers: tuple[PeerList, ...] = ()
    days = Days()
    is_old = _is_old(known)
    if known.wants.instance:
        instance = yield from _ask_instance(known, notes)
    flat: Answer | None = None
    if known.wants.peers and _offers_flat(known):
        flat = yield Ask(path=PEERS, purpose="which servers it is aware of", keeps_body=False)
    if known.wants.activity:
        yield from days.ask(ACTIVE, "how active its last days were", notes, is_old=is_old)
    if known.wants.peers:
        peers = yield from _ask_peers(known, flat, instance, is_old)
    # the pages may have used up the time; without these two a day has its logins only
    if days.has_any:
        for path, purpose in ((NOTES, "how much was written"), (USERS, "how many signed up")):
            yield from days.ask(path, purpose, notes, is_old=is_old)
    return Told(
        instance=instance,
        peer_lists=peers,
        activity=days.points(known.today),
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )


def _ask_peers(
    known: Known, flat_answer: Answer | None, instance: Instance | None, is_old: bool
) -> Generator[Ask, Answer, tuple[PeerList, ...]]:
    flat, names = None, []
    if flat_answer is not None and flat_answer.status not in (404, 405, 410):
        flat = flat_peers(flat_answer, PEERS, known.hostname, hidden=(401, 403))
        if flat.state in (PeerListState.SERVED, PeerListState.EMPTY):
            names = sequence(decode(flat_answer.body))
    many = max(len(names), (instance.domains_known if instance else None) or 0)
    walks = yield from ask_instances(is_old=is_old, many=many)
    return (
        known_list(known.hostname, walks, flat, names),
        # Iceshrimp leaves them out for whoever is not signed in, and says nothing of it
        block_list(known.hostname, walks, hides_blocks=known.nodeinfo.software_name == "iceshrimp"),
    )


def _major(known: Known) -> int | None:
    match = re.match(r"\D{0,3}(\d{1,9})", known.nodeinfo.software_version or "")
    return int(match[1]) if match else None


def _is_old(known: Known) -> bool:
    """Whether it speaks as version 12 did; forks that count for themselves are known by name."""
    name, major = known.nodeinfo.software_name, _major(known)
    # CherryPick's 4.x is younger than Misskey's 13, also where it calls itself misskey
    is_cherrypick = "-cp" in (known.nodeinfo.software_version or "")
    is_twelve = name == "misskey" and major is not None and major < 13 and not is_cherrypick
    return name in _LIKE_TWELVE or is_twelve


def _offers_flat(known: Known) -> bool:
    """Whether the Mastodon-compatible list exists: in Misskey ≥ 13 and all younger forks."""
    name = known.nodeinfo.software_name
    return name != "meisskey" and (name in _LIKE_TWELVE or not _is_old(known))


def _post(path: str, purpose: str, **parameters: object) -> Ask:
    return Ask(path=path, method="POST", body=orjson.dumps(parameters), purpose=purpose)


# --- the server -------------------------------------------------------------------------------------


def _ask_instance(known: Known, notes: list[str]) -> Generator[Ask, Answer, Instance | None]:
    answer = yield _post(META, "how it describes itself", detail=False)
    if not answer.is_ok:
        return None
    try:
        instance = meta(answer.body, known.hostname)
    except ExtractError as error:
        notes.append(f"{META} was not understood: {error.detail}.")
        return None
    if "basedMisskeyVersion" in instance.unread_keys and known.nodeinfo.software_name == "misskey":
        notes.append("It names itself misskey, and its meta is that of CherryPick.")
    answer = yield _post(STATS, "how many users and notes it has")
    if not answer.is_ok:
        return instance
    try:
        said = document(answer.body)
    except ExtractError as error:
        notes.append(f"{STATS} was not understood: {error.detail}.")
        return instance
    return replace(
        instance,
        users_total=count(said.get("originalUsersCount")),
        local_posts=count(said.get("originalNotesCount")),
        domains_known=count(said.get("instances")),
    )


def meta(body: bytes, own: Hostname) -> Instance:
    """Read `/api/meta` of the host `own`. Raises `ExtractError`."""
    value = document(body)
    if not any(key in value for key in ("version", "uri", "name", "disableRegistration")):
        raise ExtractError(Outcome.WRONG_SHAPE, "a JSON object that is no meta")
    identity = claimed_hostname(value.get("uri"))
    federation = value.get("federation")
    captchas = [said for key in _CAPTCHAS if (said := boolean(value.get(key))) is not None]
    return Instance(
        endpoint=META,
        identity=identity,
        title=plain(value.get("name"), 200),
        description=plain(value.get("description"), 2000),
        version_raw=plain(value.get("version"), 128),
        registration=_registration(value),
        registration_path="/",
        is_email_required=boolean(value.get("emailRequiredForSignup")),
        has_captcha=any(captchas) if captchas else None,
        languages=languages(value.get("langs")),
        rules=tuple(
            rule for said in sequence(value.get("serverRules"))[:50] if (rule := plain(said, 500))
        ),
        max_characters=count(value.get("maxNoteTextLength")),
        thumbnail_url=https_url(value.get("bannerUrl")) or https_url(value.get("iconUrl")),
        terms_path=own_path(value.get("tosUrl"), identity or own),
        privacy_path=own_path(value.get("privacyPolicyUrl"), identity or own),
        is_federating={"all": True, "specified": True, "none": False}.get(federation)
        if isinstance(federation, str)
        else None,
        unread_keys=unread(value, _META_KEYS),
    )


def _registration(value: Json) -> Registration:
    """Closed may hide invitation codes, which no version shows; approval is Sharkey's."""
    is_closed = boolean(value.get("disableRegistration"))
    if is_closed is None:
        return Registration.UNKNOWN
    if is_closed:
        return Registration.CLOSED
    if boolean(value.get("approvalRequiredForSignup")):
        return Registration.APPROVAL
    return Registration.OPEN


# the maintainer's name and address are personal: known, and never read
_META_KEYS = (
    "uri", "name", "shortName", "description", "version", "langs", "disableRegistration", "emailRequiredForSignup",
    "approvalRequiredForSignup", "serverRules", "maxNoteTextLength", "bannerUrl", "iconUrl", "tosUrl",
    "privacyPolicyUrl", "federation", "themeColor", "policies", "features", "maintainerName", "maintainerEmail",
    "repositoryUrl", "feedbackUrl", "impressumUrl", "inquiryUrl", "ads", "emojis", *_CAPTCHAS,
)  # fmt: skip
