"""The words for what visitors may choose servers by: sizes, states, orders, purposes."""

from dashboard import labels
from dashboard.language import N_, Words

SIZE = Words(
    {
        "single": N_("One person"),
        "tiny": N_("Under 20"),
        "small": N_("20 to 199"),
        "medium": N_("200 to 1,999"),
        "large": N_("2,000 to 19,999"),
        "huge": N_("20,000 and more"),
        "unknown": N_("Not said"),
    }
)
"""People active in a month; registered users where those are not said."""

SORT = Words(
    {
        "users_active_month": N_("Most active people"),
        "users_total": N_("Most registered users"),
        "users_active_month_30d_ratio": N_("Growing fastest"),
        "uptime_ratio_90d": N_("Most reachable"),
        "named_by_count": N_("Named by most servers"),
        "first_seen_at": N_("Newest to us"),
        "checked_at": N_("Checked last"),
        "hostname": N_("Name, A to Z"),
        "software_name": N_("Software, A to Z"),
    }
)

ASCENDING = {
    "hostname", "title", "software_name", "software_version", "registration", "country", "provider",
}  # fmt: skip
"""What is sorted from small to large."""

SAID = Words({"yes": N_("Yes"), "no": N_("No"), "unsaid": N_("Not said")})
"""What a server answers to a question of yes or no."""

STATE = Words(
    {
        "answers": N_("Answers"),
        "silent": N_("Silent for seven days"),
        "never": N_("Has not answered yet"),
    }
)
"""Whether a server answers us."""

VERSION_STATE = Words(
    {
        "current": N_("Current"),
        "behind": N_("Behind"),
        "unsaid": N_("Cannot be compared"),
    }
)
"""A server's version beside the newest that at least three servers run."""

LANGUAGES_BY = Words(
    {
        "said": N_("Said by the server"),
        "detected": N_("Found in its description"),
        "unsaid": N_("Not known"),
    }
)
"""How we know the languages of a server."""

RULES_LANGUAGES = Words({**labels.LANGUAGE, "unsaid": N_("Not known")})
"""Languages of rules; each is called by its own name."""

ORIGIN = Words(
    {
        "known": N_("Known"),
        "cdn": N_("Unknown: behind a CDN"),
        "unsaid": N_("Not looked up, or not shown"),
    }
)
"""Whether it is known where a server is hosted. Of ten people or fewer it is not shown."""

PEERS_STATE = Words(
    {
        "served": N_("Published"),
        "empty": N_("Published, and empty"),
        "hidden": N_("Kept to itself"),
        "not_offered": N_("Not offered by this software"),
        "dummy": N_("A constant instead of a list"),
        "failed": N_("Asked for in vain"),
        "disallowed": N_("robots.txt asks us not to"),
        "unsaid": N_("Not yet asked"),
    }
)
"""What became of the list of servers that a server knows."""

NUMBERS_SOURCE = Words(
    {
        "nodeinfo": N_("NodeInfo"),
        "instance": N_("The server's own API"),
        "unsaid": N_("None"),
    }
)
"""Which document gave a server's numbers."""

PURPOSE = Words(
    {
        "short": N_("Short posts and chat"),
        "communities": N_("Communities and links"),
        "photos": N_("Photos"),
        "video": N_("Video"),
        "music": N_("Music and audio"),
        "writing": N_("Long writing"),
        "books": N_("Books"),
        "events": N_("Events and groups"),
        "any": N_("Anything"),
    }
)
"""What people come for."""

PURPOSE_SOFTWARE: dict[str, tuple[str, ...]] = {
    "short": ("mastodon", "gotosocial", "pleroma", "akkoma", "misskey", "sharkey", "iceshrimp", "firefish", "mitra", "snac"),
    "communities": ("lemmy", "piefed", "mbin", "kbin", "nodebb"),
    "photos": ("pixelfed", "vernissage"),
    "video": ("peertube", "loops"),
    "music": ("funkwhale", "castopod", "bandwagon"),
    "writing": ("writefreely", "wordpress", "plume", "ghost", "microblogpub"),
    "books": ("bookwyrm", "neodb"),
    "events": ("mobilizon", "gancio", "friendica", "hubzilla"),
    "any": (),
}  # fmt: skip
"""The software made for it; nothing = any."""

MOOD = Words(
    {
        "any": N_("Any size"),
        "small": N_("Small and personal"),
        "mid": N_("In between"),
        "large": N_("Large and lively"),
        "giant": N_("Even the giants"),
    }
)
"""Wished size of a server; without a wish the giants are left out."""

JOIN = Words({"now": N_("Right away"), "review": N_("A short review is fine")})

JOIN_REGISTRATIONS = {"now": ("open",), "review": ("open", "approval")}
