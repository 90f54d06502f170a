-- One row per host and stretch of its past, as the host told it last.
-- hostname | who told it
-- starts_on | first day of the stretch, UTC
-- days | days summed
-- logins | distinct users who signed in; never to be summed over stretches
-- statuses | local posts made
-- registrations | accounts made
-- unique hostname, starts_on
-- not_null hostname, starts_on, days

with
    latest as (
        select hostname, starts_on, arg_max(raw.activity, seen_at) as told
        from raw.activity
        anti join staging.opted_out_hosts using (hostname)
        group by hostname, starts_on
    )
select
    hostname,
    starts_on,
    told.days as days,
    told.logins as logins,
    told.statuses as statuses,
    told.registrations as registrations
from latest
