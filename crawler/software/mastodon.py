"""Mastodon and its forks: `/api/v2/instance`, then v1; peers; weekly activity.

Sources: mastodon/documentation content/en/methods/instance.md; glitch-soc/mastodon
app/serializers/rest/instance_serializer.rb, app/controllers/api/v1/instances/*.rb. `domain_blocks` is
never asked: Mastodon's own robots.txt closes it.
"""

import re
from collections.abc import Generator
from datetime import date, timedelta

from crawler.conversation import Answer, Ask, Known, Talk, Told
from crawler.exceptions import ExtractError, HostnameError
from crawler.fields import (
    Json,
    at,
    boolean,
    count,
    decode,
    document,
    https_url,
    languages,
    mapping,
    sequence,
    unread,
)
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.peers import flat_peers
from crawler.records import ActivityPoint, Alias, Instance, PeerList, Registration
from crawler.text import plain

NAMES = (
    "mastodon",
    "hometown",
    "glitchcafe",
    "kmyblue",
    "fedibird",
    "ecko",
    "areionskey",
    "decodon",
)
V2 = "/api/v2/instance"
V1 = "/api/v1/instance"
PEERS = "/api/v1/instance/peers"
ACTIVITY = "/api/v1/instance/activity"
QUESTIONS = (V2, V1, PEERS, ACTIVITY)
MEANINGFUL = ("users_total", "users_active_month", "users_active_halfyear", "local_posts")

_SIGN_UP = "/auth/sign_up"


def talk(known: Known) -> Talk:
    """Ask what is due: the instance, its peers, its weeks."""
    instance: Instance | None = None
    notes: list[str] = []
    peers: tuple[PeerList, ...] = ()
    activity: tuple[ActivityPoint, ...] = ()
    if known.wants.instance:
        instance = yield from ask_instance(notes, sign_up=_SIGN_UP)
    if known.wants.peers:
        answer = yield Ask(path=PEERS, purpose="which servers it is aware of", keeps_body=False)
        peers = (flat_peers(answer, PEERS, known.hostname),)
    if known.wants.activity:
        answer = yield Ask(path=ACTIVITY, purpose="how active its last twelve weeks were")
        activity = _activity(answer, known, notes)
    return Told(
        instance=instance,
        peer_lists=peers,
        activity=activity,
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )


def ask_instance(
    notes: list[str], *, sign_up: str | None = None
) -> Generator[Ask, Answer, Instance | None]:
    """Ask the instance API, v2 first, v1 where v2 is not there; `None` when neither was understood."""
    for path, read in ((V2, instance_v2), (V1, instance_v1)):
        answer = yield Ask(path=path, purpose="how it describes itself")
        if not answer.is_ok:
            continue
        try:
            return read(answer.body, sign_up=sign_up)
        except ExtractError as error:
            notes.append(f"{path} was not understood: {error.detail}.")
    return None


def instance_v2(body: bytes, *, sign_up: str | None = None) -> Instance:
    """Read `/api/v2/instance`. Raises `ExtractError`."""
    value = document(body)
    _refuse_error(value)
    registrations = mapping(value.get("registrations"))
    configuration = mapping(value.get("configuration"))
    registration = registration_of(
        boolean(registrations.get("enabled")), boolean(registrations.get("approval_required"))
    )
    urls = mapping(configuration.get("urls"))
    return Instance(
        endpoint=V2,
        identity=claimed_hostname(value.get("account_domain"))
        or claimed_hostname(value.get("domain")),
        title=plain(value.get("title"), 200),
        description=plain(value.get("description"), 2000),
        version_raw=plain(value.get("version"), 128),
        registration=registration,
        registration_path=sign_up,
        minimum_age=count(registrations.get("min_age")),
        is_reason_required=boolean(registrations.get("reason_required")),
        languages=languages(value.get("languages")),
        rules=_rules(value.get("rules")),
        rules_languages=_rules_languages(value.get("rules")),
        users_active_month=count(at(value, "usage", "users", "active_month")),
        max_characters=count(at(configuration, "statuses", "max_characters")),
        max_media=count(at(configuration, "statuses", "max_media_attachments")),
        thumbnail_url=https_url(at(value, "thumbnail", "url")),
        terms_path=own_path(urls.get("terms_of_service"), value.get("domain")),
        privacy_path=own_path(urls.get("privacy_policy"), value.get("domain")),
        unread_keys=unread(value, _V2_KEYS),
    )


def instance_v1(body: bytes, *, sign_up: str | None = None) -> Instance:
    """Read `/api/v1/instance`. Raises `ExtractError`."""
    value = document(body)
    _refuse_error(value)
    stats = mapping(value.get("stats"))
    return Instance(
        endpoint=V1,
        identity=claimed_hostname(value.get("uri")),
        title=plain(value.get("title"), 200),
        description=plain(value.get("short_description"), 2000)
        or plain(value.get("description"), 2000),
        version_raw=plain(value.get("version"), 128),
        registration=registration_of(
            boolean(value.get("registrations")), boolean(value.get("approval_required"))
        ),
        registration_path=sign_up,
        has_invites=boolean(value.get("invites_enabled")),
        languages=languages(value.get("languages")),
        rules=_rules(value.get("rules")),
        rules_languages=_rules_languages(value.get("rules")),
        users_total=count(stats.get("user_count")),
        users_active_month=count(at(value, "pleroma", "stats", "mau")),
        local_posts=count(stats.get("status_count")),
        domains_known=count(stats.get("domain_count")),
        max_characters=count(
            at(value, "configuration", "statuses", "max_characters") or value.get("max_toot_chars")
        ),
        max_media=count(at(value, "configuration", "statuses", "max_media_attachments")),
        thumbnail_url=https_url(value.get("thumbnail")),
        unread_keys=unread(value, _V1_KEYS),
    )


# `contact`, `contact_account` and `email` are personal: known, and never read
_V2_KEYS = (
    "domain", "account_domain", "title", "version", "source_url", "description", "usage", "thumbnail", "icon",
    "languages", "configuration", "registrations", "api_versions", "contact", "rules", "wrapstodon",
)  # fmt: skip
_V1_KEYS = (
    "uri", "title", "short_description", "description", "email", "version", "urls", "stats", "thumbnail", "languages",
    "registrations", "approval_required", "invites_enabled", "configuration", "contact_account", "rules", "pleroma",
    "max_toot_chars", "account_domain",
)  # fmt: skip


def _refuse_error(value: Json) -> None:
    """A 200 that holds only an error, or nothing an instance has, is no instance."""
    if not any(key in value for key in ("title", "uri", "domain", "version")):
        raise ExtractError(Outcome.WRONG_SHAPE, "a JSON object that is no instance")


def registration_of(is_enabled: bool | None, is_approval: bool | None) -> Registration:
    """The five states from two flags (SURVEY §6). Closed with approval is by invitation in no Mastodon."""
    if is_enabled is None:
        return Registration.UNKNOWN
    if not is_enabled:
        return Registration.CLOSED
    return Registration.APPROVAL if is_approval else Registration.OPEN


def claimed_hostname(value: object) -> Hostname | None:
    """The name a document gives itself, as a hostname or a URL; `None` where it is neither."""
    try:
        return Hostname.parse_claim(value)
    except HostnameError:
        return None


def identity_aliases(asked: Hostname, instance: Instance | None) -> tuple[Alias, ...]:
    """The other name, where the server calls itself by another than the one we asked."""
    if instance is None or instance.identity is None or instance.identity == asked:
        return ()
    return (Alias(hostname=instance.identity, evidence="identity"),)


def _rules(value: object) -> tuple[str, ...]:
    texts = (
        plain(at(rule, "text") if isinstance(rule, dict) else rule, 500)
        for rule in sequence(value)[:50]
    )
    return tuple(text for text in texts if text)


def _rules_languages(value: object) -> tuple[str, ...]:
    """Languages into which every rule is translated: a half of the rules is not the rules."""
    translations = [
        mapping(at(rule, "translations"))
        for rule in sequence(value)[:50]
        if plain(at(rule, "text"), 500)
    ]
    if not translations:
        return ()
    whole = [
        code
        for code in translations[0]
        if all(plain(at(told, code, "text"), 500) for told in translations)
    ]
    return languages(whole)


def own_path(value: object, domain: object) -> str | None:
    """The path of a URL on the server itself; a page elsewhere is not ours to link."""
    if not isinstance(value, str) or not isinstance(domain, str):
        return None
    match = re.match(r"\Ahttps://([^/]{1,253})(/[!-~]{0,300})\Z", value)
    return match[2] if match and match[1].lower() == domain.lower() else None


def _activity(answer: Answer, known: Known, notes: list[str]) -> tuple[ActivityPoint, ...]:
    if not answer.is_ok:
        return ()
    try:
        buckets = sequence(decode(answer.body))
    except ExtractError as error:
        notes.append(f"{ACTIVITY} was not understood: {error.detail}.")
        return ()
    points = weekly_points(
        buckets, date.fromisoformat(known.today), _sums_six_days(known.nodeinfo.software_version)
    )
    if buckets and not points:
        notes.append(f"{ACTIVITY} held nothing that reads as weeks.")
    return points


def _sums_six_days(version: str | None) -> bool:
    """Mastodon ≥ 3.5 sums six days a bucket (07341e7aa6); an unreadable version is taken as new."""
    match = re.match(r"\D{0,3}(\d+)\.(\d+)", version or "")
    return match is None or (int(match[1]), int(match[2])) >= (3, 5)


def weekly_points(
    buckets: list[object], today: date, is_rolling: bool
) -> tuple[ActivityPoint, ...]:
    """Date the twelve buckets, newest first, by counting back from the day of the check.

    The first is dropped: it holds only today (≥ 3.5) or an unfinished week (≤ 3.4). `week` is never a
    key: since 3.5 it changes daily. Rolling buckets sum six days, so one day of each week is missing
    (scale logins by nothing, statuses by 7/6 where a full week is wanted); ISO weeks start on Monday.
    """
    days = 6 if is_rolling else 7
    monday = today - timedelta(days=today.weekday())
    points = []
    for weeks, bucket in enumerate(buckets[:53]):
        if weeks == 0 or not isinstance(bucket, dict):
            continue
        start = (today if is_rolling else monday) - timedelta(weeks=weeks)
        logins, statuses = count(bucket.get("logins")), count(bucket.get("statuses"))
        registrations = count(bucket.get("registrations"))
        if (logins, statuses, registrations) != (None, None, None):
            points.append(
                ActivityPoint(
                    starts_on=start,
                    days=days,
                    endpoint=ACTIVITY,
                    logins=logins,
                    statuses=statuses,
                    registrations=registrations,
                )
            )
    return tuple(points)
