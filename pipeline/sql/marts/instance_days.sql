-- One row per instance, day and source. Source `herdbook`: the last ok check of the day, numbers
--    null on a day when no check was answered (marts.outage_hours aside). Source `self`: the server's
--    own account of its past. Any other source: its last capture of the day.
-- hostname | the instance
-- day_on | the day, UTC; for `self` the first day of the stretch
-- source | herdbook = own checks, self = the server's own history, else the imported source
-- users_total | registered users, self-reported
-- users_active_month | MAU, self-reported
-- users_active_halfyear | users active in 180 days, self-reported
-- local_posts | local posts, self-reported
-- local_comments | local comments, self-reported
-- registration | open, approval, invite, closed or unknown
-- is_up | whether it answered that day
-- software_name | canonical name of its software
-- software_version | as it says
-- logins | `self` only: distinct users who signed in during the stretch
-- statuses | `self` only: local posts made during the stretch
-- registrations | `self` only: accounts made during the stretch
-- set_aside | JSON: what was said of a number that cannot be meant, e.g. a negative number of posts
-- until_on | last day this answer counts for: until the next one, 6 days later at most; an import's
--    counts for its own day; null = nothing that counts, or told by the server of its past
-- days | length of the stretch, days; 1 but for `self`
-- unique hostname, day_on, source
-- not_null hostname, day_on, source, days
-- check users_total >= 0 or users_total is null or source <> 'herdbook'
-- check until_on >= day_on
-- check source = 'self' or (logins is null and statuses is null and registrations is null)

with
    -- three looks at a view cost less than one copy of years
    answers as not materialized (
        select *
        from staging.reports
        semi join staging.listed_hosts using (hostname)
    ),
    in_order as (
        -- sorted once, then one look at the row that follows: DuckDB keeps the order of a subquery for a
        -- window without partitions, which costs half of what a window with them does
        select
            *,
            lead(hostname) over () as next_hostname,
            lead(checked_on) over () as following_on
        from (select * from answers order by hostname, checked_at)
    ),
    answered_days as (
        -- the last answer of a day is the one after which another day or host comes
        select *, case when next_hostname = hostname then following_on end as next_on
        from in_order
        where next_hostname is distinct from hostname or following_on is distinct from checked_on
    ),
    last_day as (select max(checked_on) as last_on from answers),
    failing_days as (
        select distinct hostname, checked_on
        from staging.checks
        semi join staging.listed_hosts using (hostname)
        anti join
            marts.outage_hours as outages on outages.hour_at = date_trunc('hour', checked_at)
        where not is_ok
    ),
    silent_days as (
        select hostname, checked_on
        from failing_days
        anti join
            (
                select hostname, checked_on
                from answers
                semi join failing_days using (hostname, checked_on)
            ) as answered_too
            using (hostname, checked_on)
    ),
    last_captures as (
        select source, hostname, max(captured_at) as captured_at
        from staging.observations
        group by source, hostname, captured_at::date
    ),
    captured_days as (
        select seen.*, seen.captured_at::date as day_on
        from staging.observations as seen
        semi join last_captures using (source, hostname, captured_at)
        order by seen.source, seen.hostname, seen.captured_at
    ),
    counted_hosts as (
        select hostname from frontier.hosts where not coalesce(is_counting_refused, false)
    )
select
    hostname,
    checked_on as day_on,
    'herdbook' as source,
    users_total,
    users_active_month,
    users_active_halfyear,
    local_posts,
    local_comments,
    registration,
    true as is_up,
    software_name,
    software_version,
    null::bigint as logins,
    null::bigint as statuses,
    null::bigint as registrations,
    set_aside,
    least(next_on - 1, checked_on + 6, last_day.last_on) as until_on,
    1::bigint as days
from answered_days
cross join last_day
union all by name
select hostname, checked_on as day_on, 'herdbook' as source, false as is_up, 1 as days
from silent_days
union all by name
select
    hostname, starts_on as day_on, 'self' as source, logins, statuses, registrations, days
from staging.activity
semi join staging.listed_hosts using (hostname)
semi join counted_hosts using (hostname)
union all by name
select
    hostname,
    day_on,
    source,
    users_total,
    users_active_month,
    users_active_halfyear,
    local_posts,
    local_comments,
    registration,
    is_up,
    software_name,
    software_version,
    set_aside,
    day_on as until_on,
    1 as days
from captured_days
