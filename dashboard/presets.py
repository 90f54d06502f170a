"""Lists of servers worth a look: each a name, and the address of the directory that shows it."""

from dashboard.language import N_

PRESETS: tuple[tuple[str, dict[str, str]], ...] = (
    (N_("Open and small"), {"reg": "open", "size": "tiny,small", "sort": "uptime_ratio_90d"}),
    (N_("In German, open"), {"reg": "open", "lang": "de"}),
    (N_("Photos"), {"do": "photos"}),
    (N_("Books"), {"do": "books"}),
    (N_("No reason asked"), {"reg": "open,approval", "reason": "no"}),
    (N_("Steady for 90 days"), {"uptime": "99.5..", "checks": "20..", "sort": "uptime_ratio_90d"}),
    (N_("New this month"), {"known": "..30", "sort": "first_seen_at"}),
    (N_("Growing"), {"grew": "5..", "active": "20..", "activeis": "reported", "sort": "users_active_month_30d_ratio"}),
    (N_("Behind on updates"), {"version": "behind", "fields": "hostname,title,software_name,software_version,users_active_month,checked_at"}),
    (N_("Numbers withheld"), {"activeis": "withheld", "sort": "named_by_count"}),
    (N_("Silent now"), {"state": "silent", "fields": "hostname,software_name,last_outcome,answered_at,users_active_month,checked_at", "sort": "answered_at"}),
)  # fmt: skip
"""What readers look for often; the words of an address are those of `filters`."""
