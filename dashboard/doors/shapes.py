"""What the answers of the API hold: which columns of which published tables."""

from dashboard.doors.columns import Rows, column

SERVERS = Rows(
    mart="instances",
    names=(
        "hostname", "title", "description", "software_name", "software_version", "is_current", "registration",
        "registration_path", "minimum_age", "is_reason_required", "is_email_required", "has_captcha",
        "languages", "languages_detected", "language_codes", "is_language_detected", "topics", "rules_count",
        "rules_language_codes",
        "users_total", "users_total_standing", "users_total_30d_ratio",
        "users_active_month", "users_active_month_standing", "users_active_month_30d_ratio",
        "users_active_halfyear", "local_posts", "local_posts_standing", "local_comments", "numbers_source", "size",
        "domains_known", "max_characters", "peers_count", "peers_state", "named_by_count", "reach_ratio",
        "is_list_published", "country", "provider", "cdn", "is_alive",
        "last_outcome", "uptime_ratio_90d", "uptime_low_ratio_90d", "uptime_high_ratio_90d", "checks_90d",
        "first_seen_at", "checked_at", "answered_at",
    ),
)  # fmt: skip
SERVER = Rows(
    mart="instances", more=("language_codes", "is_language_detected", "rules_language_codes")
)
STANDINGS = Rows(
    mart="standings",
    names=("field", "value", "standing", "rule_id", "reason", "rule_source", "evidence", "said_on"),
)
SPANS = Rows(
    mart="registration_spans",
    names=("source", "from_on", "until_on", "registration", "days_count", "is_last"),
)
SOURCES = Rows(mart="network_days", names=("source", "days_count", "first_on", "last_on"))
DAYS = Rows(
    mart="instance_days",
    names=(
        "day_on", "users_total", "users_active_month", "local_posts", "registration", "is_up",
        "logins", "statuses", "registrations", "days",
    ),
)  # fmt: skip
TOTALS = Rows(
    mart="network_days",
    names=(
        "day_on", "instances_known", "instances_up", "instances_reporting", "instances_audited",
        "users_total", "users_total_audited", "users_active_month", "users_active_month_audited",
        "local_posts", "local_posts_audited", "open_registrations",
    ),
)  # fmt: skip
GROWTH = Rows(
    mart="growth_days",
    names=(
        "day_on", "before_on", "instances_in_panel", "value_before", "value_after", "growth_ratio",
        "index_chained", "instances_born", "value_born", "instances_discovered", "value_discovered",
        "instances_returned", "value_returned", "instances_left", "value_left", "instances_broken", "value_broken",
    ),
    instead={"index_chained": "all growth since the first day of this answer, chained; 1 on that day"},
)  # fmt: skip
CONCENTRATION = Rows(
    mart="concentration_weeks",
    names=(
        "day_on", "measure", "holder", "holders_count", "instances_known", "value", "top1_ratio", "top10_ratio",
        "hhi", "shannon", "simpson", "gini", "b25", "b50", "b75", "b90",
    ),
)  # fmt: skip
SOFTWARE = Rows(mart="software")
VERSIONS = Rows(
    mart="versions",
    names=(
        "software_name", "current_version", "instances_alive", "instances_current", "instances_known",
        "users_active_month_current", "users_active_month_known", "users_total_current", "users_total_known",
    ),
    instead={
        "instances_alive": "alive servers that run it",
        "instances_known": "of these, servers whose version can be compared",
    },
)  # fmt: skip
RULES = Rows(mart="rules", more=("instances_count",))
EVENT = Rows(mart="events")

AROUND = {
    "published_at": column("published_at", "when these data were published, UTC"),
    "is_replica": column("is_replica", "whether these servers are invented, to try things out"),
    "coverage": {
        "type": "object",
        "description": "how much of the known network answered",
        "properties": {
            "instances_known": column("instances_known", "servers known"),
            "instances_alive": column("instances_alive", "of these, answered within 7 days"),
            "coverage_ratio": column("coverage_ratio", "their share"),
        },
    },
    "links": {
        "type": "object",
        "description": "this answer, units and licence, and `next` where a list goes on",
        "required": ["self", "units", "licence"],
        "properties": {
            name: {"type": "string", "format": "uri-reference"}
            for name in ("self", "next", "units", "licence")
        },
    },
}
"""What stands around every answer."""
