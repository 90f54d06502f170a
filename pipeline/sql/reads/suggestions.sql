-- One row per server to suggest to a newcomer, the best first.
-- Gates: listed, alive, sign-up, language and software as wished, a lively size, reachable most of
-- the time, and active people whose standing is `reported`. Rank: reach, activity (its logarithm),
-- steadiness, then a shuffle that changes by day, so that equal servers take turns. From one software at most two before the others had theirs.
with
    network as (
        select sum(users_active_month) as users_active_month
        from listed
        where is_alive and users_active_month_standing = 'reported'
    ),
    fitting as (
        select
            listed.*,
            0.30 * uptime_ratio_90d
            + 0.25 * least(log10(listed.users_active_month + 1) / 4, 1)
            + 0.10 * (len(rules) > 0)::int
            + 0.10 * least(date_diff('day', first_seen_at, $now) / 365, 1)
            + 0.25 * (hash(hostname, $day) % 1000) / 1000.0 as score
        from listed, network
        where is_alive
            and list_contains($registrations, registration)
            and registration_path is not null
            and (len($languages) = 0 or list_has_any(language_codes, $languages) is true)
            and (len($software) = 0 or list_contains($software, software_name) is true)
            and users_active_month_standing = 'reported'
            and listed.users_active_month between $least_active and $most_active
            -- never the giants: nobody above a twentieth of all that are active
            and listed.users_active_month <= greatest(0.05 * network.users_active_month, 500)
            and uptime_ratio_90d >= 0.95
    )
select
    hostname,
    title,
    software_name,
    registration,
    registration_path,
    language_codes,
    is_language_detected,
    users_active_month,
    users_active_month_30d_ratio,
    uptime_ratio_90d,
    checks_90d,
    first_seen_at,
    checked_at,
    minimum_age,
    is_reason_required,
    len(rules) as rules_count,
    count(*) over () as fitting_count
from fitting
qualify true
order by
    row_number() over (partition by software_name order by score desc, hostname) > 2,
    score desc,
    hostname
limit $rows
offset $skip
