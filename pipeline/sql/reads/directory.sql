-- One row per server of one page of the directory, in the order asked for.
-- $sort is one of the names below; servers that do not say come last whichever way it is sorted.
select
    hostname,
    title,
    software_name,
    software_version,
    registration,
    language_codes,
    is_language_detected,
    users_active_month,
    users_active_month_standing,
    users_active_month_30d_ratio,
    users_total,
    users_total_standing,
    local_posts,
    uptime_ratio_90d,
    checks_90d,
    peers_count,
    named_by_count,
    minimum_age,
    rules_count,
    first_seen_at,
    checked_at,
    answered_at,
    is_alive
from placed(
    $search, $registrations, $software, $languages, $sizes, $includes_unreachable, $sort, $descending
)
order by
    place_number nulls last,
    case when $descending then place_text end desc nulls last,
    case when not $descending then place_text end nulls last,
    users_total desc nulls last,
    hostname
limit $page_size
offset $page_size * ($page - 1)
