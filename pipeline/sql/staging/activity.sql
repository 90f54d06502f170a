-- One row per host and stretch of its past, as the host told it last.
-- hostname | who told it
-- starts_on | first day of the stretch, UTC
-- days | days summed
-- logins | distinct users who signed in; never to be summed over stretches
-- statuses | local posts made
-- registrations | accounts made
-- unique hostname, starts_on
-- not_null hostname, starts_on, days

select hostname, starts_on, days, logins, statuses, registrations
from raw.activity
anti join staging.opted_out_hosts using (hostname)
-- of two stretches told at once from one day on, the longer
qualify
    row_number() over (
        partition by hostname, starts_on order by seen_at desc, days desc, endpoint
    )
    = 1
