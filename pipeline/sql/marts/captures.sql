-- One row per capture of an imported source: sums over its instances, as the source says.
-- source | whose capture it is
-- captured_at | when, UTC
-- instances | instances in it
-- instances_up | of these, called up by the source
-- instances_reporting | of these, with a number of registered users
-- instances_audited | of these, with a number whose standing is `reported` that day
-- users_total | registered users, as the source says (naive)
-- users_total_audited | registered users, audited
-- local_posts | local posts, as the source says
-- open_registrations | instances that anyone may join
-- rows_rejected | rows of the capture that are about no instance, or about one a second time
-- unique source, captured_at
-- not_null source, captured_at, instances
-- check instances_reporting <= instances
-- check instances_audited <= instances_reporting

with
    out as (
        -- the verdicts of a day are those of its last capture; they hold for the others too
        select source, hostname, day_on
        from marts.verdicts
        where field = 'users_total'
    ),
    sums as (
        select
            seen.source,
            seen.captured_at,
            count(*) as instances,
            count(*) filter (where seen.is_up) as instances_up,
            count(seen.users_total) as instances_reporting,
            count(seen.users_total) filter (where out.hostname is null) as instances_audited,
            sum(seen.users_total)::bigint as users_total,
            sum(seen.users_total) filter (where out.hostname is null)::bigint
                as users_total_audited,
            sum(seen.local_posts)::bigint as local_posts,
            count(*) filter (where seen.registration = 'open') as open_registrations
        from marts.observations as seen
        left join
            out
            on out.source = seen.source
            and out.hostname = seen.hostname
            and out.day_on = seen.captured_at::date
        group by seen.source, seen.captured_at
    ),
    rejected as (
        select source, captured_at, count(*) as rows_rejected
        from marts.rejected_rows
        group by source, captured_at
    )
select
    source,
    captured_at,
    instances,
    instances_up,
    instances_reporting,
    instances_audited,
    users_total,
    users_total_audited,
    local_posts,
    open_registrations,
    -- no rejected row is none
    coalesce(rows_rejected, 0) as rows_rejected
from sums
left join rejected using (source, captured_at)
order by source, captured_at
