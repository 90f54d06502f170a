"""What the directory can be filtered by: one list for the page, the API and the downloads.

Each filter says how it stands in an address, which wish it is, what it takes, and what it means. `directory` makes
wishes of them; `doors.filtering` makes parameters and their description.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made

from dashboard import countries, labels, wish_words
from dashboard.language import N_
from dashboard.urlstate import Choices, Field, Flag, Range, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One thing that servers can be filtered by."""

    field: Field
    """How it stands in an address."""
    wish: str
    """The field of `Wishes` that it fills."""
    label: str
    """What readers see beside it: a message."""
    meaning: str
    """What it takes, for programs and people."""
    words: Mapping[str, str] = made(default_factory=dict)
    """Words for its codes; empty = they come from the data."""
    per: int = 1
    """How many of its units make one of the wish's: 100 of a percent."""

    @property
    def name(self) -> str:
        """Its name in addresses."""
        return self.field.name


def _text(name: str, wish: str, label: str, meaning: str) -> Filter:
    return Filter(field=Text(name), wish=wish, label=label, meaning=meaning)


def _codes(name: str, wish: str, label: str, meaning: str, words: Mapping[str, str]) -> Filter:
    options = Choices(name, tuple(words))
    return Filter(field=options, wish=wish, label=label, meaning=meaning, words=words)


def _answer(name: str, wish: str, label: str, meaning: str) -> Filter:
    return _codes(name, wish, label, f"{meaning}; any of these answers", wish_words.SAID)


def _number(name: str, wish: str, label: str, meaning: str) -> Filter:
    return Filter(field=Range(name), wish=wish, label=label, meaning=f"{meaning}, a range")


def _percent(name: str, wish: str, label: str, meaning: str) -> Filter:
    told = f"{meaning}, a range of percent"
    return Filter(field=Range(name), wish=wish, label=label, meaning=told, per=100)


_ALWAYS = (
    _text("q", "search", N_("Search"), "text in name, title or description"),
    _codes("reg", "registrations", N_("Sign-up"), "who may join, any of these", labels.REGISTRATION),
    Filter(field=Choices("sw"), wish="software", label=N_("Software"), meaning="software, any of these names"),
    Filter(field=Choices("lang"), wish="languages", label=N_("Language"), meaning="language, any of these primary subtags"),
    _codes("size", "sizes", N_("Active people"), "active people, any of these classes; registered users where those are not said", wish_words.SIZE),
    Filter(field=Flag("all"), wish="includes_unreachable", label=N_("Also unreachable ones"), meaning="1 = servers that did not answer within 7 days too"),
)  # fmt: skip

MORE = (
    # joining
    _codes("do", "software_for", N_("What for"), "what its software is made for, any of these", wish_words.PURPOSE),
    _answer("signup", "has_registration_path", N_("Sign-up page is known"), "whether we know a page where one can sign up"),
    _answer("reason", "is_reason_required", N_("Application needs a reason"), "whether an application needs a written reason"),
    _answer("mail", "is_email_required", N_("E-mail is confirmed"), "whether an e-mail address must be confirmed"),
    _answer("captcha", "has_captcha", N_("Captcha"), "whether a captcha stands before sign-up"),
    _number("age", "minimum_age", N_("Minimum age"), "least age of its people in years"),
    _answer("rules", "has_rules", N_("Publishes rules"), "whether it publishes rules"),
    _codes("rulesin", "rules_languages", N_("Rules in"), "a language of its rules, any of these primary subtags: it translates them so, or we found it in their text", wish_words.RULES_LANGUAGES),
    _text("topic", "topic", N_("Topic"), "one of its topics, as it says"),
    _number("chars", "max_characters", N_("Longest post"), "longest post in characters"),
    _codes("langby", "languages_by", N_("Language is known by"), "who says its languages, any of these", wish_words.LANGUAGES_BY),
    # people and posts
    _number("active", "users_active_month", N_("People active in a month"), "people active in a month, as said"),
    _codes("activeis", "users_active_month_standing", N_("Active people are"), "what its number of active people is, any of these standings", labels.STANDING),
    _percent("grew", "users_active_month_30d_ratio", N_("Change of active people"), "change of active people in 30 days"),
    _number("half", "users_active_halfyear", N_("People active in half a year"), "people active in half a year, as said"),
    _number("users", "users_total", N_("Registered users"), "registered users, as said"),
    _codes("usersare", "users_total_standing", N_("Registered users are"), "what its number of registered users is, any of these standings", labels.STANDING),
    _percent("usersgrew", "users_total_30d_ratio", N_("Change of registered users"), "change of registered users in 30 days"),
    _number("posts", "local_posts", N_("Posts"), "posts, as said"),
    _codes("postsare", "local_posts_standing", N_("Posts are"), "what its number of posts is, any of these standings", labels.STANDING),
    _number("comments", "local_comments", N_("Comments"), "comments, as said"),
    _codes("numbersby", "numbers_source", N_("Numbers come from"), "which document gave its numbers, any of these", wish_words.NUMBERS_SOURCE),
    # how it runs
    _codes("version", "version_states", N_("Version is"), "its version beside the newest that at least three servers run, any of these", wish_words.VERSION_STATE),
    _text("v", "software_version", N_("Version begins with"), "how its version begins, as said"),
    _codes("state", "states", N_("Reachable"), "whether it answers us, any of these; silent ones are found without `all`", wish_words.STATE),
    _codes("ended", "last_outcomes", N_("Last check"), "how our last check ended, any of these; silent ones are found without `all`", labels.OUTCOME),
    _number("quiet", "silent_days", N_("Days since it answered"), "days since it last answered; silent ones are found without `all`"),
    _percent("uptime", "uptime_ratio_90d", N_("Checks answered"), "share of our checks in 90 days that it answered"),
    _number("checks", "checks_90d", N_("Checks in 90 days"), "our checks in 90 days"),
    _number("known", "known_days", N_("Days known to us"), "days since we first heard of it"),
    # where it is hosted
    Filter(field=Choices("country", tuple(countries.CODES)), wish="countries", label=N_("Country of its network"), meaning="country of its network, not of its people, any of these ISO 3166 codes in lower case; not shown of servers with ten people or fewer", words=countries.NAMES),
    _text("host", "provider", N_("Provider of its network"), "a part of the name or the AS number of the network it is in"),
    _codes("origin", "origins", N_("Where it is hosted is"), "whether it is known where it is hosted, any of these; behind a CDN it is not", wish_words.ORIGIN),
    # among others
    _percent("reach", "reach_ratio", N_("People it can reach"), "share of the others' people it can talk with, as far as published blocks tell"),
    _answer("blocks", "is_list_published", N_("Publishes whom it blocks"), "whether it publishes whom it blocks"),
    _number("named", "named_by_count", N_("Servers that name it"), "how many servers name it"),
    _number("peers", "peers_count", N_("Servers it lists"), "entries of its list of known servers"),
    _codes("peerlist", "peers_state", N_("List of known servers is"), "what became of its list of known servers, any of these", wish_words.PEERS_STATE),
    _number("knows", "domains_known", N_("Servers it says it knows"), "hosts it says it knows"),
    _text("under", "hostname_under", N_("Name ends with"), "the end of its name, whole parts: de, social.example"),
)  # fmt: skip
"""What few ask for: behind *More filters* on the page."""

FILTERS: tuple[Filter, ...] = (*_ALWAYS, *MORE)
"""All of them, in their order on the page."""
