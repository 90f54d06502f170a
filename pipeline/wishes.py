"""What a reader of the directory filters by, as the reads bind it: `sql/reads/session.sql` judges by it.

Every field left as it is means anything. What a server does not say fits a wish only where the wish says so:
`unsaid` among codes, `takes_unsaid` of a span.
"""

from dataclasses import asdict, dataclass, fields
from math import inf
from typing import Any

SEARCH_CHARACTERS = 100
"""Longest search: nobody types more, and each character costs time on every row."""


_CODES = (
    "languages_by",
    "states",
    "last_outcomes",
    "version_states",
    "has_registration_path",
    "is_reason_required",
    "is_email_required",
    "has_captcha",
    "has_rules",
    "countries",
    "origins",
    "is_list_published",
    "users_total_standing",
    "users_active_month_standing",
    "local_posts_standing",
    "numbers_source",
    "peers_state",
)
"""Wishes that are held against a server's `codes`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Numbers from one to another, both included."""

    least: float = -inf
    """The smallest that fits."""
    most: float = inf
    """The largest that fits; below `least` = no number fits."""
    takes_unsaid: bool = False
    """Whether a server that does not say it fits too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a reader of the directory filters by. Empty and `None` = anything."""

    search: str = ""
    """Text in hostname, title or description, taken literally."""
    hostname_under: str = ""
    """The end of the hostname, whole labels: `de`, `social.example`."""
    software_version: str = ""
    """The beginning of the version, as said."""
    registrations: tuple[str, ...] = ()
    """Any of open, approval, invite, closed, unknown."""
    software: tuple[str, ...] = ()
    """Any of these `software_name`, or unsaid."""
    software_for: tuple[str, ...] = ()
    """Any of these `software_name`, as a second wish beside the first."""
    languages: tuple[str, ...] = ()
    """Any of these, as primary subtags (`de`)."""
    languages_by: tuple[str, ...] = ()
    """Who says its languages: said, detected, or unsaid."""
    topic: str = ""
    """One of its topics."""
    sizes: tuple[str, ...] = ()
    """Any of single, tiny, small, medium, large, huge, unknown."""
    includes_unreachable: bool = False
    """Whether servers that did not answer within seven days are shown too."""
    states: tuple[str, ...] = ()
    """Any of answers, silent (for seven days), never (it has not answered yet)."""
    last_outcomes: tuple[str, ...] = ()
    """How the last check ended, any of these outcomes."""
    version_states: tuple[str, ...] = ()
    """Any of current, behind, unsaid (it cannot be compared)."""
    has_registration_path: tuple[str, ...] = ()
    """Whether a sign-up page is known: yes, no."""
    is_reason_required: tuple[str, ...] = ()
    """Whether an application needs a written reason: yes, no, unsaid."""
    is_email_required: tuple[str, ...] = ()
    """Whether an e-mail address must be confirmed: yes, no, unsaid."""
    has_captcha: tuple[str, ...] = ()
    """Whether a captcha stands before sign-up: yes, no, unsaid."""
    has_rules: tuple[str, ...] = ()
    """Whether it publishes rules: yes, no, unsaid."""
    rules_languages: tuple[str, ...] = ()
    """Its rules are in any of these, as primary subtags, or unsaid: it says so, or we found it."""
    countries: tuple[str, ...] = ()
    """Country of its network: any of these ISO 3166 codes in upper case, or unsaid."""
    provider: str = ""
    """A part of the name or number of the network it is in."""
    origins: tuple[str, ...] = ()
    """Whether it is known where it is hosted: known, cdn (one stands before it), unsaid."""
    is_list_published: tuple[str, ...] = ()
    """Whether it publishes whom it blocks: yes, no, unsaid (not known of servers that are not alive)."""
    users_total_standing: tuple[str, ...] = ()
    """What its number of registered users is, any of the standings."""
    users_active_month_standing: tuple[str, ...] = ()
    """What its MAU is, any of the standings."""
    local_posts_standing: tuple[str, ...] = ()
    """What its number of posts is, any of the standings."""
    numbers_source: tuple[str, ...] = ()
    """Which document gave its numbers: nodeinfo, instance, unsaid."""
    peers_state: tuple[str, ...] = ()
    """What became of its list of known peers last."""
    users_total: Span | None = None
    """Registered users, as said."""
    users_total_30d_ratio: Span | None = None
    """Their change in 30 days [ratio]."""
    users_active_month: Span | None = None
    """MAU, as said."""
    users_active_month_30d_ratio: Span | None = None
    """Its change in 30 days [ratio]."""
    users_active_halfyear: Span | None = None
    """Users active in 180 days, as said."""
    local_posts: Span | None = None
    """Posts, as said."""
    local_comments: Span | None = None
    """Comments, as said."""
    minimum_age: Span | None = None
    """Least age of its people [years]."""
    max_characters: Span | None = None
    """Longest post [characters]."""
    peers_count: Span | None = None
    """Entries of its list of known peers."""
    named_by_count: Span | None = None
    """Instances that name it."""
    domains_known: Span | None = None
    """Hosts it says it knows."""
    uptime_ratio_90d: Span | None = None
    """Share of our checks in 90 days that it answered [ratio]."""
    checks_90d: Span | None = None
    """Our checks in 90 days."""
    known_days: Span | None = None
    """Days since it was first named or asked, at the time of publication."""
    silent_days: Span | None = None
    """Days since it last answered, at the time of publication."""
    reach_ratio: Span | None = None
    """Share of the others' people it can talk with, as far as published blocks tell [ratio]."""

    def parameters(self) -> dict[str, Any]:
        """As the reads bind them: one struct, always of the same types."""
        codes, spans = self._codes(), self._spans()
        texts = (self.hostname_under, self.software_version, self.topic, self.provider)
        names_silence = bool(self.states or self.last_outcomes or self.silent_days)
        wishes = {
            "search": self.search.strip()[:SEARCH_CHARACTERS],
            "registrations": list(self.registrations),
            "software": list(self.software),
            "languages": list(self.languages),
            "sizes": list(self.sizes),
            "includes_unreachable": self.includes_unreachable or names_silence,
            "has_more": bool(
                codes or spans or self.software_for or self.rules_languages or any(texts)
            ),
            "more": {
                "hostname_under": self.hostname_under.strip().lower().strip("."),
                "software_version": self.software_version.strip(),
                "topic": self.topic.strip(),
                "provider": self.provider.strip(),
                "rules_in": list(self.rules_languages),
                "software_for": list(self.software_for),
                # what every server fits, so that the list has a type where nothing is wished
                "codes": codes or [{"name": "", "any_of": ["unsaid"]}],
                "spans": spans or [_bound("", Span(takes_unsaid=True))],
            },
        }
        return {"wishes": wishes}

    def _codes(self) -> list[dict[str, Any]]:
        wished = {name: getattr(self, name) for name in _CODES}
        return [{"name": name, "any_of": list(codes)} for name, codes in wished.items() if codes]

    def _spans(self) -> list[dict[str, Any]]:
        wished = {field.name: getattr(self, field.name) for field in fields(self)}
        return [_bound(name, span) for name, span in wished.items() if isinstance(span, Span)]


def _bound(name: str, span: Span) -> dict[str, Any]:
    return {"name": name, **asdict(span)}
