-- One row per server to suggest to a newcomer, the best first: nothing speaks against it. From one
-- software only so many come before the others had theirs, and again.
with
    fitting as (
        select *
        from candidates($now, $turn_of, $wished, $gates, $weights)
        where len(against) = 0
    ),
    days as (
        select day_on, index_chained
        from published.marts.growth_days
        where source = 'herdbook' and measure = 'users_active_month'
        qualify day_on between max(day_on) over () - 40 and max(day_on) over ()
    ),
    -- the same servers on both days, as the change of each is told: 30 days (26 to 40) ago
    panel as (
        select
            max_by(index_chained, day_on)
            / max_by(index_chained, day_on) filter (where day_on <= (select max(day_on) from days) - 26)
            - 1 as panel_30d_ratio
        from days
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
    panel.panel_30d_ratio,
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
    rules_language_codes,
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
cross join panel
window in_order as (order by round, score desc, hostname)
order by place
limit $rows
offset $skip
