"""The words that readers see for codes and numbers. Everything a page says about data is worded here."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

REGISTRATION = {
    "open": "Open",
    "approval": "Reviewed",
    "invite": "Invitation",
    "closed": "Closed",
    "unknown": "Not said",
}
"""Who may join, in the order in which newcomers ask."""

REGISTRATION_SENTENCE = {
    "open": "Anyone can sign up now.",
    "approval": "You apply; people there look at each application.",
    "invite": "You need an invitation from somebody there.",
    "closed": "Nobody can sign up now.",
    "unknown": "The server does not say who may join.",
}

REGISTRATION_SIGN = {"open": "●", "approval": "◐", "invite": "◇", "closed": "○", "unknown": "–"}
"""A sign beside the word, for those who do not see colours."""

SIZE = {
    "single": "One person",
    "tiny": "Under 20",
    "small": "20 to 199",
    "medium": "200 to 1,999",
    "large": "2,000 to 19,999",
    "huge": "20,000 and more",
    "unknown": "Not said",
}
"""People active in a month; registered users where those are not said."""

SORT = {
    "users_active_month": "Most active people",
    "users_total": "Most registered users",
    "users_active_month_30d_ratio": "Growing fastest",
    "uptime_ratio_90d": "Most reachable",
    "named_by_count": "Named by most servers",
    "first_seen_at": "Newest to us",
    "checked_at": "Checked last",
    "hostname": "Name, A to Z",
    "software_name": "Software, A to Z",
}
ASCENDING = {"hostname", "title", "software_name", "software_version", "registration"}
"""What is sorted from small to large."""

SAID = {"yes": "Yes", "no": "No", "unsaid": "Not said"}
"""What a server answers to a question of yes or no."""

STATE = {
    "answers": "Answers",
    "silent": "Silent for seven days",
    "never": "Has not answered yet",
}
"""Whether a server answers us."""

VERSION_STATE = {
    "current": "Current",
    "behind": "Behind",
    "unsaid": "Cannot be compared",
}
"""A server's version beside the newest that at least three servers run."""

LANGUAGES_BY = {
    "said": "Said by the server",
    "detected": "Found in its description",
    "unsaid": "Not known",
}
"""How we know the languages of a server."""

PEERS_STATE = {
    "served": "Published",
    "empty": "Published, and empty",
    "hidden": "Kept to itself",
    "not_offered": "Not offered by this software",
    "dummy": "A constant instead of a list",
    "failed": "Asked for in vain",
    "disallowed": "robots.txt asks us not to",
    "unsaid": "Not yet asked",
}
"""What became of the list of servers that a server knows."""

NUMBERS_SOURCE = {
    "nodeinfo": "NodeInfo",
    "instance": "The server's own API",
    "unsaid": "None",
}
"""Which document gave a server's numbers."""

MEASURE = {
    "users_active_month": "Active people",
    "users_total": "Registered users",
    "instances_known": "Known servers",
    "open_registrations": "Open registrations",
    "local_posts": "Posts",
}
MEASURE_SENTENCE = {
    "users_active_month": "people who signed in within a month, as the servers say",
    "users_total": "registered users, as the servers say",
    "instances_known": "servers known by then, whether they answer or not",
    "open_registrations": "servers that anyone may join",
    "local_posts": "posts written on the servers, as they say",
}

OUTCOME = {
    "ok": "it answered, and we understood",
    "dns_failed": "its name leads nowhere",
    "timed_out": "it did not answer in time",
    "refused": "it took no connection",
    "tls_failed": "its certificate or encryption is not valid",
    "bad_http": "what it sent is not HTTP",
    "http_error": "it answered with an error",
    "no_nodeinfo": "it answered, but offers no NodeInfo",
    "too_large": "it sent more than we take",
    "not_json": "it sent something else than JSON",
    "wrong_shape": "it sent JSON, but not the document it should",
    "bot_wall": "a challenge page stands before it, which we never solve",
    "redirected_away": "it sent us to another server",
    "foreign_href": "its NodeInfo is said to be on another server",
    "robots_disallowed": "its robots.txt asks us not to",
    "opted_out": "it asks not to be listed",
    "blocked_address": "its address is not public; nothing was sent there",
    "rate_limited": "it asked us to come later",
    "budget_spent": "the check used up its requests or its time",
}
"""How a check ended, as the second half of a sentence."""

EVENT = {
    "first_answered": "Answered for the first time",
    "fell_silent": "Has not answered for seven days",
    "answers_again": "Answers again",
    "moved": "Moved",
    "registration_opened": "Opened sign-ups",
    "registration_closed": "Closed sign-ups",
    "registration_changed": "Changed sign-ups",
    "software_changed": "Changed software",
    "blocks_added": "Blocks more servers",
    "blocks_removed": "Blocks fewer servers",
}
"""What happened to a server, as the cell of a table."""

FIELD = {
    "users_total": "Registered users",
    "users_active_month": "Active this month",
    "users_active_halfyear": "Active in half a year",
    "local_posts": "Posts",
    "local_comments": "Comments",
}
"""The numbers of a server that are judged."""

STANDING = {
    "reported": "as reported",
    "withheld": "withheld on purpose",
    "not_said": "not said",
    "constant": "a constant of this software",
    "implausible": "implausible",
    "contradicted": "contradicted",
    "modelled": "counts something else",
}
STANDING_SENTENCE = {
    "reported": "The server says so, and no rule speaks against it. Only these numbers are in audited totals.",
    "withheld": "The server keeps it to itself, by a setting or on request.",
    "not_said": "There is no number. That is never counted as zero.",
    "constant": "The software answers the same whatever the number is.",
    "implausible": "It is out of all bounds, or moves, stands still or repeats as numbers of people do not.",
    "contradicted": "Something else that is known speaks against it: the software's source, other servers, or other numbers of the same server.",
    "modelled": "A true number of something else, like the accounts that a bridge carries over.",
}
"""What each standing means; none of them accuses anybody."""

HOLDER = {
    "instance": "By server",
    "software": "By software",
    "registrable_domain": "By domain",
}
"""What people can be concentrated in."""

PURPOSE = {
    "short": ("Short posts and chat", ("mastodon", "gotosocial", "pleroma", "akkoma", "misskey", "sharkey", "iceshrimp", "firefish", "mitra", "snac")),
    "communities": ("Communities and links", ("lemmy", "piefed", "mbin", "kbin", "nodebb")),
    "photos": ("Photos", ("pixelfed", "vernissage")),
    "video": ("Video", ("peertube", "loops")),
    "music": ("Music and audio", ("funkwhale", "castopod", "bandwagon")),
    "writing": ("Long writing", ("writefreely", "wordpress", "plume", "ghost", "microblogpub")),
    "books": ("Books", ("bookwyrm", "neodb")),
    "events": ("Events and groups", ("mobilizon", "gancio", "friendica", "hubzilla")),
}  # fmt: skip
"""What people come for: code → words, and the software made for it."""

MOOD = {
    "any": "Any size",
    "small": "Small and personal",
    "mid": "In between",
    "large": "Large and lively",
    "giant": "Even the giants",
}
"""Wished size of a server; without a wish the giants are left out."""

JOIN = {"now": "Right away", "review": "A short review is fine"}
JOIN_REGISTRATIONS = {"now": ("open",), "review": ("open", "approval")}

SOFTWARE = {
    "akkoma": "Akkoma", "bookwyrm": "BookWyrm", "castopod": "Castopod", "friendica": "Friendica",
    "funkwhale": "Funkwhale", "gotosocial": "GoToSocial", "hubzilla": "Hubzilla", "iceshrimp": "Iceshrimp",
    "kbin": "kbin", "lemmy": "Lemmy", "mastodon": "Mastodon", "mbin": "Mbin", "misskey": "Misskey",
    "mobilizon": "Mobilizon", "neodb": "NeoDB", "nodebb": "NodeBB", "owncast": "Owncast", "peertube": "PeerTube",
    "piefed": "PieFed", "pixelfed": "Pixelfed", "pleroma": "Pleroma", "sharkey": "Sharkey",
    "snac": "snac", "wordpress": "WordPress", "writefreely": "WriteFreely",
}  # fmt: skip
"""How the makers write their names; all others are shown as they say."""

LANGUAGE = {
    "ar": "العربية", "bg": "Български", "ca": "Català", "cs": "Čeština", "cy": "Cymraeg", "da": "Dansk",
    "de": "Deutsch", "el": "Ελληνικά", "en": "English", "eo": "Esperanto", "es": "Español", "et": "Eesti",
    "eu": "Euskara", "fa": "فارسی", "fi": "Suomi", "fr": "Français", "ga": "Gaeilge", "gl": "Galego",
    "he": "עברית", "hi": "हिन्दी", "hr": "Hrvatski", "hu": "Magyar", "id": "Bahasa Indonesia",
    "is": "Íslenska", "it": "Italiano", "ja": "日本語", "ko": "한국어", "lt": "Lietuvių", "lv": "Latviešu",
    "nb": "Norsk bokmål", "nl": "Nederlands", "nn": "Norsk nynorsk", "no": "Norsk", "oc": "Occitan",
    "pl": "Polski", "pt": "Português", "ro": "Română", "ru": "Русский", "sk": "Slovenčina",
    "sl": "Slovenščina", "sr": "Српски", "sv": "Svenska", "th": "ไทย", "tr": "Türkçe", "uk": "Українська",
    "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip
"""Primary subtag → the language's own name."""

LANGUAGE_ENGLISH = {
    "de": "German", "en": "English", "es": "Spanish", "fr": "French", "it": "Italian", "ja": "Japanese",
    "ko": "Korean", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "zh": "Chinese",
}  # fmt: skip
"""Beside the own name, so that a reader of English finds it by typing."""

FRESH = timedelta(hours=36)
"""A crawl a day and half a day to spare; an older snapshot is called late."""

NOT_SAID = "not reported"


def registration(code: str | None) -> str:
    """Word for a sign-up code."""
    return REGISTRATION.get(code or "unknown", REGISTRATION["unknown"])


def software(name: str | None) -> str:
    """The makers' spelling of a software name; foreign ones stay as they are."""
    if not isinstance(name, str) or not name:
        return "unknown software"
    return SOFTWARE.get(name, name)


def language(code: str) -> str:
    """A language in its own words."""
    return LANGUAGE.get(code, code)


def language_option(code: str) -> str:
    """A language to choose: its own name, and the English one where that helps."""
    english = LANGUAGE_ENGLISH.get(code)
    own = language(code)
    return f"{own} ({english})" if english and english != own else own


def outcome(code: str) -> str:
    """How a check ended, in plain words."""
    return OUTCOME.get(code, code.replace("_", " "))


def source(name: str) -> str:
    """Whose numbers these are."""
    told = {"herdbook": "Herdbook's own checks", "self": "what servers tell of their own past"}
    return told.get(name, f"imported from {name}")


def counted(number: float | None, one: str, many: str) -> str:
    """A number with its noun; nothing said is not zero."""
    if number is None or number != number:
        return f"{many} {NOT_SAID}"
    return f"{number:,.0f} {one if number == 1 else many}"


def number(value: float | None) -> str:
    """A whole number; `NOT_SAID` where nothing was."""
    return NOT_SAID if value is None or value != value else f"{value:,.0f}"


def standing(code: str | None) -> str:
    """What a number is, in plain words."""
    return STANDING.get(code or "", str(code or STANDING["not_said"]).replace("_", " "))


def is_taken(code: str | None) -> bool:
    """Whether a number is taken as it was said; nothing said is nothing to doubt."""
    return code in ("reported", "not_said", None) or code != code


def judged(value: float | None, code: str | None) -> str:
    """A number of a list, with `~` before it where it is not taken as it was said."""
    if value is None or value != value:
        return "–"
    return f"{value:,.0f}" if is_taken(code) else f"~ {value:,.0f}"


def held_back(reasons: tuple[str, ...], published_at: datetime) -> str:
    """The sentence of the strip while a newer release is held back."""
    more = f" (and {len(reasons) - 2} more)" if len(reasons) > 2 else ""
    told = "; ".join(reasons[:2]) or "it is not what is expected of one"
    return (
        f"A newer release is held back: {told}{more}. These are the data of {moment(published_at)}."
    )


def short(value: float | None) -> str:
    """A number as short as a card wants it: `1.20 M`."""
    if value is None or value != value:
        return "–"
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(value) >= 10 * size or (size >= 1e6 and abs(value) >= size):
            scaled = value / size
            return f"{scaled:,.0f} {unit}" if abs(scaled) >= 100 else f"{scaled:,.3g} {unit}"
    return f"{value:,.0f}"


def percent(ratio: float | None, digits: int = 1) -> str:
    """A share; `NOT_SAID` where nothing was. Only all of it is 100 %."""
    if ratio is None or ratio != ratio:
        return NOT_SAID
    shown = f"{100 * ratio:.{digits}f}"
    if ratio < 1 and float(shown) >= 100:
        shown = f"{100 - 10**-digits:.{digits}f}"
    return f"{shown} %"


def change(ratio: float | None) -> str | None:
    """A change with its sign; `None` where it is not known."""
    return None if ratio is None or ratio != ratio else f"{100 * ratio:+.1f} %"


def moment(at: datetime) -> str:
    """A moment in UTC."""
    return f"{at.astimezone(UTC):%-d %b %Y %H:%M} UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How long ago something was, in words, and whether that is a warning."""

    words: str
    tone: str
    """`plain`, `amber` or `grey`."""


def age(at: datetime | None, now: datetime) -> Age:
    """When a server was last asked or last answered."""
    if at is None:
        return Age(words="not yet asked", tone="grey")
    gone = max(now - at, timedelta(0))
    if gone < timedelta(hours=1):
        return Age(words="just now", tone="plain")
    if gone <= timedelta(hours=48):
        return Age(words=f"{gone // timedelta(hours=1)} h ago", tone="plain")
    if gone <= timedelta(days=14):
        tone = "amber" if gone > timedelta(days=3) else "plain"
        return Age(words=f"{gone.days} days ago", tone=tone)
    return Age(words=f"on {at.astimezone(UTC):%-d %b %Y}", tone="grey")


def of_release(published_at: datetime) -> str:
    """The sentence of the strip above every page that shows a release."""
    return f"A release: the data of {published_at.astimezone(UTC):%-d %b %Y}, which do not change any more."


def late(published_at: datetime, now: datetime) -> str | None:
    """The sentence of the strip above every page when the snapshot is old; `None` = it is fresh."""
    gone = now - published_at
    if gone <= FRESH:
        return None
    told = f"{gone.days} days" if gone.days >= 2 else f"{gone // timedelta(hours=1)} hours"
    return f"These data are {told} old: the crawler is late."
