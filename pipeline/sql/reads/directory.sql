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
    len(rules) as rules_count,
    first_seen_at,
    checked_at,
    answered_at,
    is_alive
from judged($search, $registrations, $software, $languages, $sizes, $includes_unreachable)
where fits_search and fits_registration and fits_software and fits_language and fits_size and fits_reach
order by
    if($descending, -1, 1) * case $sort
        when 'users_active_month' then users_active_month
        when 'users_active_month_30d_ratio' then users_active_month_30d_ratio
        when 'users_total' then users_total
        when 'local_posts' then local_posts
        when 'uptime_ratio_90d' then uptime_ratio_90d
        when 'peers_count' then peers_count
        when 'named_by_count' then named_by_count
        when 'first_seen_at' then epoch(first_seen_at)
        when 'checked_at' then epoch(checked_at)
    end::double nulls last,
    case when $sort = 'software_name' and $descending then software_name end desc nulls last,
    case when $sort = 'software_name' and not $descending then software_name end nulls last,
    case when $sort = 'hostname' and $descending then hostname end desc,
    case when $sort = 'hostname' and not $descending then hostname end,
    users_total desc nulls last,
    hostname
limit $page_size
offset $page_size * ($page - 1)
