"""The words that readers see for codes and numbers. Everything a page says about data is worded here."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dashboard import language as speech
from dashboard import times
from dashboard.language import N_, Words, _, ngettext

REGISTRATION = Words(
    {
        "open": N_("Open"),
        "approval": N_("Reviewed"),
        "invite": N_("Invitation"),
        "closed": N_("Closed"),
        "unknown": N_("Not said"),
    }
)
"""Who may join, in the order in which newcomers ask."""

REGISTRATION_SENTENCE = Words(
    {
        "open": N_("Anyone can sign up now."),
        "approval": N_("You apply; people there look at each application."),
        "invite": N_("You need an invitation from somebody there."),
        "closed": N_("Nobody can sign up now."),
        "unknown": N_("The server does not say who may join."),
    }
)

REGISTRATION_SIGN = {"open": "●", "approval": "◐", "invite": "◇", "closed": "○", "unknown": "–"}
"""A sign beside the word, for those who do not see colours."""

MEASURE = Words(
    {
        "users_active_month": N_("Active people"),
        "users_total": N_("Registered users"),
        "instances_known": N_("Known servers"),
        "open_registrations": N_("Open registrations"),
        "local_posts": N_("Posts"),
    }
)
AS_SAID = Words(
    {
        "users_total": N_("Registered users, as said"),
        "users_active_month": N_("Active people, as said"),
        "local_posts": N_("Posts, as said"),
    }
)
AS_AUDITED = Words(
    {
        "users_total": N_("Registered users, audited"),
        "users_active_month": N_("Active people, audited"),
        "local_posts": N_("Posts, audited"),
    }
)
"""The two totals of a measure."""

MEASURE_SENTENCE = Words(
    {
        "users_active_month": N_("people who signed in within a month, as the servers say"),
        "users_total": N_("registered users, as the servers say"),
        "instances_known": N_("servers known by then, whether they answer or not"),
        "open_registrations": N_("servers that anyone may join"),
        "local_posts": N_("posts written on the servers, as they say"),
    }
)

OUTCOME = Words(
    {
        "ok": N_("it answered, and we understood"),
        "dns_failed": N_("its name leads nowhere"),
        "timed_out": N_("it did not answer in time"),
        "refused": N_("it took no connection"),
        "tls_failed": N_("its certificate or encryption is not valid"),
        "bad_http": N_("what it sent is not HTTP"),
        "http_error": N_("it answered with an error"),
        "no_nodeinfo": N_("it answered, but offers no NodeInfo"),
        "too_large": N_("it sent more than we take"),
        "not_json": N_("it sent something else than JSON"),
        "wrong_shape": N_("it sent JSON, but not the document it should"),
        "bot_wall": N_("a challenge page stands before it, which we never solve"),
        "redirected_away": N_("it sent us to another server"),
        "foreign_href": N_("its NodeInfo is said to be on another server"),
        "robots_disallowed": N_("its robots.txt asks us not to"),
        "opted_out": N_("it asks not to be listed"),
        "blocked_address": N_("its address is not public; nothing was sent there"),
        "rate_limited": N_("it asked us to come later"),
        "budget_spent": N_("the check used up its requests or its time"),
    }
)
"""How a check ended, as the second half of a sentence."""

FIELD = Words(
    {
        "users_total": N_("Registered users"),
        "users_active_month": N_("Active this month"),
        "users_active_halfyear": N_("Active in half a year"),
        "local_posts": N_("Posts"),
        "local_comments": N_("Comments"),
    }
)
"""The numbers of a server that are judged."""

STANDING = Words(
    {
        "reported": N_("as reported"),
        "withheld": N_("withheld on purpose"),
        "not_said": N_("not said"),
        "constant": N_("a constant of this software"),
        "implausible": N_("implausible"),
        "contradicted": N_("contradicted"),
        "modelled": N_("counts something else"),
    }
)
STANDING_SENTENCE = Words(
    {
        "reported": N_(
            "The server says so, and no rule speaks against it. Only these numbers are in audited totals."
        ),
        "withheld": N_("The server keeps it to itself, by a setting or on request."),
        "not_said": N_("There is no number. That is never counted as zero."),
        "constant": N_("The software answers the same whatever the number is."),
        "implausible": N_(
            "It is out of all bounds, or moves, stands still or repeats as numbers of people do not."
        ),
        "contradicted": N_(
            "Something else that is known speaks against it: the software's source, other servers, or other numbers of the same server."
        ),
        "modelled": N_(
            "A true number of something else, like the accounts that a bridge carries over."
        ),
    }
)
"""What each standing means; none of them accuses anybody."""

HOLDER = Words(
    {
        "instance": N_("By server"),
        "software": N_("By software"),
        "registrable_domain": N_("By domain"),
    }
)
"""What people can be concentrated in."""

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

FRESH = timedelta(hours=36)
"""A crawl a day and half a day to spare; an older snapshot is called late."""

NOT_SAID = N_("not reported")

SOURCE = Words(
    {
        "herdbook": N_("Herdbook's own checks"),
        "self": N_("what servers tell of their own past"),
    }
)
"""Whose numbers there are, beside those that are imported."""

HELD_BACK_SOMEHOW = N_(
    "A newer release is held back: it is not what is expected of one. These are the data of {moment}."
)
HELD_BACK = N_("A newer release is held back: {reasons}. These are the data of {moment}.")


def registration(code: str | None) -> str:
    """Word for a sign-up code."""
    return REGISTRATION.get(code or "unknown", REGISTRATION["unknown"])


def software(name: str | None) -> str:
    """The makers' spelling of a software name; foreign ones stay as they are."""
    if not isinstance(name, str) or not name:
        return _("unknown software")
    return SOFTWARE.get(name, name)


def language(code: str) -> str:
    """A language in its own words."""
    return LANGUAGE.get(code, code)


def language_option(code: str) -> str:
    """A language to choose: its own name, and what readers call it, so that they find it by typing."""
    own = language(code)
    theirs = speech.spoken().locale.languages.get(code)
    return f"{own} ({theirs})" if theirs and theirs.lower() != own.lower() else own


def outcome(code: str) -> str:
    """How a check ended, in plain words."""
    return OUTCOME.get(code, code.replace("_", " "))


def source(name: str) -> str:
    """Whose numbers these are."""
    if name in SOURCE:
        return SOURCE[name]
    return _("imported from {source}").format(source=name)


def plural(one: str, many: str, count: float, /, **told: str) -> str:
    """A message with a number in it, `{count}`, and whatever else it names."""
    return ngettext(one, many, count).format(count=speech.written(count), **told)


def not_said() -> str:
    """What stands where nothing was said."""
    return _(NOT_SAID)


def number(value: float | None, digits: int = 0) -> str:
    """A number, mostly a whole one; `not_said` where nothing was."""
    if value is None or value != value:
        return _(NOT_SAID)
    return speech.written(value, digits)


def standing(code: str | None) -> str:
    """What a number is, in plain words."""
    code = code or "not_said"
    return STANDING.get(code, str(code).replace("_", " "))


def is_taken(code: str | None) -> bool:
    """Whether a number is taken as it was said; nothing said is nothing to doubt."""
    return code in ("reported", "not_said", None) or code != code


def judged(value: float | None, code: str | None) -> str:
    """A number of a list, with `~` before it where it is not taken as it was said."""
    if value is None or value != value:
        return "–"
    return speech.written(value) if is_taken(code) else f"~ {speech.written(value)}"


def held_back(reasons: tuple[str, ...], published_at: datetime) -> str:
    """The sentence of the strip while a newer release is held back."""
    when = moment(published_at)
    if not reasons:
        return _(HELD_BACK_SOMEHOW).format(moment=when)
    told = "; ".join(reasons[:2])
    if len(reasons) <= 2:
        return _(HELD_BACK).format(reasons=told, moment=when)
    return plural(
        "A newer release is held back: {reasons} (and {count} more). These are the data of {moment}.",
        "A newer release is held back: {reasons} (and {count} more). These are the data of {moment}.",
        len(reasons) - 2,
        reasons=told,
        moment=when,
    )


def short(value: float | None) -> str:
    """A number as short as a card wants it: `1.2M`, `1,2 Mio.`, `120万`."""
    if value is None or value != value:
        return "–"
    return times.compact(value) if abs(value) >= 10_000 else speech.written(value)


def percent(ratio: float | None, digits: int = 1) -> str:
    """A share; `not_said` where nothing was. Only all of it is 100 %."""
    if ratio is None or ratio != ratio:
        return _(NOT_SAID)
    shown = round(100 * ratio, digits)
    if ratio < 1 and shown >= 100:
        shown = 100 - 10**-digits
    return speech.written(shown, digits) + speech.spoken().percent


def change(ratio: float | None) -> str | None:
    """A change with its sign; `None` where it is not known."""
    if ratio is None or ratio != ratio:
        return None
    return speech.written(100 * ratio, 1, is_signed=True) + speech.spoken().percent


def moment(at: datetime) -> str:
    """A moment in UTC."""
    there = at.astimezone(UTC)
    return _("{day} {time} UTC").format(day=times.day(there), time=f"{there:%H:%M}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How long ago something was, in words, and whether that is a warning."""

    words: str
    tone: str
    """`plain`, `amber` or `grey`."""


def age(at: datetime | None, now: datetime) -> Age:
    """When a server was last asked or last answered."""
    if at is None:
        return Age(words=_("not yet asked"), tone="grey")
    gone = max(now - at, timedelta(0))
    if gone < timedelta(hours=1):
        return Age(words=_("just now"), tone="plain")
    if gone <= timedelta(hours=48):
        hours = plural("{count} h ago", "{count} h ago", gone // timedelta(hours=1))
        return Age(words=hours, tone="plain")
    if gone <= timedelta(days=14):
        tone = "amber" if gone > timedelta(days=3) else "plain"
        return Age(words=plural("{count} day ago", "{count} days ago", gone.days), tone=tone)
    return Age(words=_("on {day}").format(day=times.day(at.astimezone(UTC))), tone="grey")


def of_release(published_at: datetime) -> str:
    """The sentence of the strip above every page that shows a release."""
    return _("A release: the data of {day}, which do not change any more.").format(
        day=times.day(published_at.astimezone(UTC))
    )


def late(published_at: datetime, now: datetime) -> str | None:
    """The sentence of the strip above every page when the snapshot is old; `None` = it is fresh."""
    gone = now - published_at
    if gone <= FRESH:
        return None
    if gone.days >= 2:
        return plural(
            "These data are {count} day old: the crawler is late.",
            "These data are {count} days old: the crawler is late.",
            gone.days,
        )
    return plural(
        "These data are {count} hour old: the crawler is late.",
        "These data are {count} hours old: the crawler is late.",
        gone // timedelta(hours=1),
    )
