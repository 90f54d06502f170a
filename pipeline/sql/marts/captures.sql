-- One row per capture of an imported source: sums over its instances, as the source says.
-- source | whose capture it is
-- captured_at | when, UTC
-- instances | instances in it
-- instances_up | of these, called up by the source
-- instances_reporting | of these, with a number of registered users
-- users_total | registered users
-- local_posts | local posts
-- open_registrations | instances that anyone may join
-- rows_rejected | rows of the capture that are about no instance, or about one a second time
-- unique source, captured_at
-- not_null source, captured_at, instances
-- check instances_reporting <= instances

with
    sums as (
        select
            source,
            captured_at,
            count(*) as instances,
            count(*) filter (where is_up) as instances_up,
            count(users_total) as instances_reporting,
            sum(users_total)::bigint as users_total,
            sum(local_posts)::bigint as local_posts,
            count(*) filter (where registration = 'open') as open_registrations
        from marts.observations
        group by source, captured_at
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
    users_total,
    local_posts,
    open_registrations,
    -- no rejected row is none
    coalesce(rows_rejected, 0) as rows_rejected
from sums
left join rejected using (source, captured_at)
order by source, captured_at
