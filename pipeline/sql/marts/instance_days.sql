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
-- logins | `self` only: distinct users who signed in during the stretch [count]
-- statuses | `self` only: local posts made during the stretch [count]
-- registrations | `self` only: accounts made during the stretch [count]
-- set_aside | JSON: what was said of a number that cannot be meant, e.g. a negative number of posts
-- until_on | last day this answer counts for: until the next one, 6 days later at most; an import's
--    counts for its own day; null = nothing that counts, or told by the server of its past
-- days | length of the stretch, days; 1 but for `self`
-- unique hostname, day_on, source
-- not_null hostname, day_on, source, days
-- check users_total >= 0 or users_total is null or source <> 'herdbook'
-- check until_on >= day_on
-- check source = 'self' or (logins is null and statuses is null and registrations is null)
-- anew where day_on >= getvariable('anew_from')
-- anew where source = 'self' and day_on >= getvariable('anew_past_from')
-- anew where hostname in (select hostname from anew_hosts)

with
    hosts as materialized (
        -- half the work of sorting years of rows is comparing names: places are numbers
        select hostname, row_number() over (order by hostname) as place from staging.listed_hosts
    ),
    reports as not materialized (
        from staging.reports
        where checked_at >= getvariable('anew_from')
        union all
        from staging.reports
        semi join anew_hosts using (hostname)
        where checked_at < getvariable('anew_from')
    ),
    answers as not materialized (
        select
            reports.*, hosts.place, reports.checked_on - date '2000-01-01' as day_number
        from reports
        join hosts using (hostname)
    ),
    moments as not materialized (
        select
            hosts.place,
            reports.checked_at,
            reports.checked_on - date '2000-01-01' as day_number
        from reports
        join hosts using (hostname)
    ),
    months as materialized (
        -- the days with an answer as bits, 32 at a time: the next answer is found without sorting
        select
            place,
            day_number // 32 as month,
            bit_or(1::bigint << (day_number % 32)) as days,
            count(*) > bit_count(bit_or(1::bigint << (day_number % 32))) as has_more_than_one_a_day
        from moments
        group by place, month
    ),
    looks_ahead as (
        -- a week of the next 32 days above one's own
        select
            months.place,
            months.month,
            months.days | ((coalesce(later.days, 0) & 255) << 32) as days,
            last_day.last_on
        from months
        cross join (select max(checked_at)::date as last_on from moments) as last_day
        left join months as later on later.place = months.place and later.month = months.month + 1
    ),
    overtaken as (
        -- only the last answer of a day counts
        select moments.place, moments.checked_at
        from moments
        semi join
            (from months where has_more_than_one_a_day) as months
            on months.place = moments.place
            and months.month = moments.day_number // 32
        qualify
            moments.checked_at
            < max(moments.checked_at) over (partition by moments.place, moments.day_number)
    ),
    answered_days as not materialized (
        select
            answers.*,
            looks_ahead.last_on,
            answers.checked_on
            + case
                when days >> (day_number % 32 + 1) & 1 = 1
                then 0
                when days >> (day_number % 32 + 2) & 1 = 1
                then 1
                when days >> (day_number % 32 + 3) & 1 = 1
                then 2
                when days >> (day_number % 32 + 4) & 1 = 1
                then 3
                when days >> (day_number % 32 + 5) & 1 = 1
                then 4
                when days >> (day_number % 32 + 6) & 1 = 1
                then 5
                else 6
            end as until_on
        from answers
        join
            looks_ahead
            on looks_ahead.place = answers.place
            and looks_ahead.month = answers.day_number // 32
        anti join overtaken on overtaken.place = answers.place and overtaken.checked_at = answers.checked_at
        order by answers.place, answers.checked_at
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
    least(until_on, last_on) as until_on,
    1::bigint as days
from answered_days
;
-- days on which it was asked in vain; and what others tell, which needs no sorting among years of rows
with
    checks as (
        select hostname, checked_at, checked_on
        from staging.checks
        where not is_ok and checked_at >= getvariable('anew_from')
        union all
        select hostname, checked_at, checked_on
        from staging.checks
        semi join anew_hosts using (hostname)
        where not is_ok and checked_at < getvariable('anew_from')
        union all
        select hostname, checked_at, checked_on
        from staging.liveness
        where not is_ok and checked_at >= getvariable('anew_from')
        union all
        select hostname, checked_at, checked_on
        from staging.liveness
        semi join anew_hosts using (hostname)
        where not is_ok and checked_at < getvariable('anew_from')
    ),
    failing_days as (
        select hostname, checked_on as day_on
        from checks
        semi join staging.listed_hosts using (hostname)
        anti join
            marts.outage_hours as outages on outages.hour_at = date_trunc('hour', checked_at)
        except
        -- it answered in between, though not when it was asked for its numbers
        select hostname, checked_on
        from staging.liveness
        where is_ok
    ),
    answered_days as (
        select hostname, day_on
        from marts.instance_days
        where source = 'herdbook' and is_up and day_on >= getvariable('anew_from')
        union all
        select hostname, day_on
        from marts.instance_days
        semi join anew_hosts using (hostname)
        where source = 'herdbook' and is_up and day_on < getvariable('anew_from')
    ),
    observations as (
        from staging.observations
        where captured_at >= getvariable('anew_from')
        union all
        from staging.observations
        semi join anew_hosts using (hostname)
        where captured_at < getvariable('anew_from')
    ),
    last_captures as (
        select source, hostname, max(captured_at) as captured_at
        from observations
        group by source, hostname, captured_at::date
    ),
    captured_days as (
        select seen.*, seen.captured_at::date as day_on
        from observations as seen
        semi join last_captures using (source, hostname, captured_at)
        order by seen.source, seen.hostname, seen.captured_at
    ),
    counted_hosts as (
        select hostname from frontier.hosts where not coalesce(is_counting_refused, false)
    )
select hostname, day_on, 'herdbook' as source, false as is_up, 1 as days
from failing_days
anti join answered_days using (hostname, day_on)
union all by name
select
    hostname, starts_on as day_on, 'self' as source, logins, statuses, registrations, days
from staging.activity
semi join staging.listed_hosts using (hostname)
semi join counted_hosts using (hostname)
where
    starts_on >= least(getvariable('anew_from'), getvariable('anew_past_from'))
    or hostname in (select hostname from anew_hosts)
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
