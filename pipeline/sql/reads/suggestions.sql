-- One row per server to suggest to a newcomer, the best first: nothing speaks against it. From one
-- software only so many come before the others had theirs, and again.
with
    fitting as (
        select *
        from candidates($now, $turn_of, $wished, $gates, $weights)
        where len(against) = 0
    )
select
    hostname,
    title,
    software_name,
    registration,
    registration_path,
    language_codes,
    is_language_detected,
    case when is_counted then users_active_month end as users_active_month,
    users_active_month_30d_ratio,
    uptime_ratio_90d,
    checks_90d,
    first_seen_at,
    checked_at,
    minimum_age,
    is_reason_required,
    is_current,
    reach_ratio,
    coverage_ratio,
    len(rules) as rules_count,
    row_number() over in_order as place,
    count(*) over () as fitting_count
from
    (
        select
            *,
            -- rounds: each software has its best few in each
            (row_number() over (partition by software_name order by score desc, hostname) - 1)
            // $gates['most_per_software'] as round
        from fitting
    )
window in_order as (order by round, score desc, hostname)
order by place
limit $rows
offset $skip
