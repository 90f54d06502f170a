-- One row per instance, day and source. Source `herdbook`: the last ok check of the day, numbers
--    null on a day when no check was answered. Source `self`: the server's own account of its past.
--    Any other source: its last capture of the day.
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
-- days | length of the stretch, days; 1 but for `self`
-- unique hostname, day_on, source
-- not_null hostname, day_on, source, days
-- check users_total >= 0 or users_total is null or source <> 'herdbook'
-- check source = 'self' or (logins is null and statuses is null and registrations is null)

with
    answered_days as (
        select hostname, checked_on, arg_max(reports, checked_at) as last
        from staging.reports as reports
        semi join staging.listed_hosts using (hostname)
        group by hostname, checked_on
    ),
    silent_days as (
        select hostname, checked_on
        from staging.checks
        semi join staging.listed_hosts using (hostname)
        group by hostname, checked_on
        having not bool_or(is_ok)
    ),
    captured_days as (
        select source, hostname, captured_at::date as day_on, arg_max(seen, captured_at) as last
        from staging.observations as seen
        group by source, hostname, day_on
    ),
    counted_hosts as (
        select hostname from frontier.hosts where not coalesce(is_counting_refused, false)
    )
select
    hostname,
    checked_on as day_on,
    'herdbook' as source,
    last.users_total as users_total,
    last.users_active_month as users_active_month,
    last.users_active_halfyear as users_active_halfyear,
    last.local_posts as local_posts,
    last.local_comments as local_comments,
    last.registration as registration,
    true as is_up,
    last.software_name as software_name,
    last.software_version as software_version,
    null::bigint as logins,
    null::bigint as statuses,
    null::bigint as registrations,
    1::bigint as days
from answered_days
union all
select
    hostname,
    checked_on,
    'herdbook',
    null,
    null,
    null,
    null,
    null,
    null,
    false,
    null,
    null,
    null,
    null,
    null,
    1
from silent_days
union all
select
    hostname,
    starts_on,
    'self',
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    logins,
    statuses,
    registrations,
    days
from staging.activity
semi join staging.listed_hosts using (hostname)
semi join counted_hosts using (hostname)
union all
select
    hostname,
    day_on,
    source,
    last.users_total,
    last.users_active_month,
    last.users_active_halfyear,
    last.local_posts,
    last.local_comments,
    last.registration,
    last.is_up,
    last.software_name,
    last.software_version,
    null,
    null,
    null,
    1
from captured_days
order by source, hostname, day_on
