"""PeerTube: `/api/v1/config`, its about page, its statistics, and the follows of the server itself, both ways.

Sources: mediafish-agency/peertube packages/models/src/server/{server-config,about,server-stats}.model.ts,
server/core/controllers/api/server/follows.ts, server/core/initializers/constants.ts (categories).
"""

from collections.abc import Generator
from dataclasses import replace

from crawler.conversation import Answer, Ask, Known, Talk, Told
from crawler.exceptions import ExtractError
from crawler.fields import (
    Json,
    at,
    boolean,
    count,
    document,
    https_url,
    languages,
    mapping,
    sequence,
    unread,
)
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.pages import Page, walk, walked_list
from crawler.records import Instance, PeerKind, PeerList
from crawler.software.mastodon import registration_of
from crawler.text import plain

NAMES = ("peertube",)
CONFIG = "/api/v1/config"
ABOUT = "/api/v1/config/about"
STATS = "/api/v1/server/stats"
FOLLOWING = "/api/v1/server/following"
FOLLOWERS = "/api/v1/server/followers"
_SERVER = "peertube"
"""Name of the actor that is a whole server."""
QUESTIONS = (CONFIG, ABOUT, STATS, FOLLOWING, FOLLOWERS)
MEANINGFUL = ("users_total", "users_active_month", "users_active_halfyear", "local_comments")

_COUNT = 100
"""Follows of a page: PeerTube's most."""
_CATEGORIES = (
    "music", "films", "vehicles", "art", "sports", "travels", "gaming", "people", "comedy", "entertainment",
    "news & politics", "how to", "education", "activism", "science & technology", "animals", "kids", "food",
)  # fmt: skip
"""Category 1, 2, …"""


def talk(known: Known) -> Talk:
    """Ask what is due: the server, whom it follows, who follows it."""
    notes: list[str] = []
    instance: Instance | None = None
    peers: list[PeerList] = []
    if known.wants.instance:
        instance = yield from _ask_instance(notes)
    if known.wants.peers:
        for path, kind, side in (
            (FOLLOWING, PeerKind.FOLLOWS, "following"),
            (FOLLOWERS, PeerKind.FOLLOWED_BY, "follower"),
        ):
            peers += yield from _ask_follows(path, kind, side, known.hostname)
    return Told(instance=instance, peer_lists=tuple(peers), notes=tuple(notes))


def _ask_instance(notes: list[str]) -> Generator[Ask, Answer, Instance | None]:
    answer = yield Ask(path=CONFIG, purpose="how it describes itself")
    if not answer.is_ok:
        return None
    try:
        instance = config(answer.body)
    except ExtractError as error:
        notes.append(f"{CONFIG} was not understood: {error.detail}.")
        return None
    for path, add, purpose in (
        (ABOUT, _with_about, "its languages, topics and rules"),
        (STATS, _with_stats, "how many users and videos it has"),
    ):
        answer = yield Ask(path=path, purpose=purpose)
        if not answer.is_ok:
            continue
        try:
            instance = add(instance, document(answer.body))
        except ExtractError as error:
            notes.append(f"{path} was not understood: {error.detail}.")
    return instance


def config(body: bytes) -> Instance:
    """Read `/api/v1/config`. Raises `ExtractError`."""
    value = document(body)
    described, signup = mapping(value.get("instance")), mapping(value.get("signup"))
    if not described and not signup and "serverVersion" not in value:
        raise ExtractError(Outcome.WRONG_SHAPE, "a JSON object that is no configuration")
    return Instance(
        endpoint=CONFIG,
        title=plain(described.get("name"), 200),
        description=plain(described.get("shortDescription"), 2000),
        version_raw=plain(value.get("serverVersion"), 128),
        # `allowedForCurrentIP` is about us, and not read
        registration=registration_of(
            boolean(signup.get("allowed")), boolean(signup.get("requiresApproval"))
        ),
        registration_path="/signup",
        minimum_age=count(signup.get("minimumAge")) or None,
        is_reason_required=True if boolean(signup.get("requiresApproval")) else None,
        is_email_required=boolean(signup.get("requiresEmailVerification")),
        topics=("nsfw",) if boolean(described.get("isNSFW")) else (),
        thumbnail_url=https_url(
            at(next(iter(sequence(described.get("banners"))), None), "fileUrl")
        ),
        is_federating=boolean(at(value, "federation", "enabled")),
        unread_keys=unread(value, _CONFIG_KEYS),
    )


_CONFIG_KEYS = (
    "instance", "serverVersion", "serverCommit", "signup", "followings", "federation", "transcoding", "import",
    "export", "search", "plugin", "theme", "email", "contactForm", "user", "video", "videoCaption", "videoChannel",
    "videoChannels", "videoFile", "videoStudio", "views", "live", "avatar", "banner", "trending", "tracker", "webadmin",
    "broadcastMessage", "homepage", "openTelemetry", "client", "defaults", "autoBlacklist", "fileImage",
)  # fmt: skip


def _with_about(instance: Instance, value: Json) -> Instance:
    """Add what the about page says; who runs it is personal, and not read."""
    about = mapping(value.get("instance"))
    categories = [
        _CATEGORIES[number - 1]
        for said in sequence(about.get("categories"))
        if (number := count(said)) and number <= len(_CATEGORIES)
    ]
    return replace(
        instance,
        description=instance.description or plain(about.get("description"), 2000),
        languages=languages(about.get("languages")) if about.get("languages") else (),
        topics=tuple(dict.fromkeys([*instance.topics, *categories])),
        rules=rule_lines(about.get("codeOfConduct")),
        terms_path="/about/instance" if plain(about.get("terms"), 10) else None,
        thumbnail_url=instance.thumbnail_url
        or https_url(at(next(iter(sequence(about.get("banners"))), None), "fileUrl")),
    )


def _with_stats(instance: Instance, value: Json) -> Instance:
    return replace(
        instance,
        users_total=count(value.get("totalUsers")),
        users_active_month=count(value.get("totalMonthlyActiveUsers")),
        users_active_week=count(value.get("totalWeeklyActiveUsers")),
        local_posts=count(value.get("totalLocalVideos")),
        local_comments=count(value.get("totalLocalVideoComments")),
    )


def rule_lines(text: object) -> tuple[str, ...]:
    """A text of rules, line by line, without its headings."""
    lines = text[:25_000].splitlines()[:200] if isinstance(text, str) else []
    lines = [line.strip() for line in lines if not line.lstrip().startswith("#")]
    return tuple(rule for line in lines if (rule := plain(line.strip("*- \t"), 500)))[:50]


def _ask_follows(
    path: str, kind: PeerKind, side: str, own: Hostname
) -> Generator[Ask, Answer, list[PeerList]]:
    """Walk accepted follows: those between servers, and the hosts of accounts that follow this one."""

    def ask(start: int) -> Ask:
        return Ask(
            path=f"{path}?start={start}&count={_COUNT}&sort=createdAt&state=accepted",
            purpose="which servers it follows" if side == "following" else "who follows it",
            is_page=start > 0,
            keeps_body=False,
        )

    def read(body: bytes, before: int) -> Page:
        value = document(body)
        rows, total = value.get("data"), count(value.get("total"))
        if not isinstance(rows, list):
            raise ExtractError(Outcome.WRONG_SHAPE, "JSON, but no page of follows")
        so_far = before + len(rows)
        is_last = so_far >= total if total is not None else len(rows) < _COUNT
        return Page(rows=rows, following=None if is_last else ask(so_far))

    walked = yield from walk(ask(0), read)
    accepted = [row for row in walked.rows if at(row, "state") in (None, "accepted")]
    # a server follows by an actor of this name; other followers are single accounts, which say
    # nothing of their server but that it is known
    accounts = [row for row in accepted if side == "follower" and at(row, side, "name") != _SERVER]
    servers = [row for row in accepted if side == "following" or at(row, side, "name") == _SERVER]
    lists = [walked_list(walked, path, kind, own, [at(row, side, "host") for row in servers])]
    if accounts:
        hosts = [at(row, side, "host") for row in accounts]
        lists.append(walked_list(walked, path, PeerKind.KNOWS, own, hosts))
    return lists
