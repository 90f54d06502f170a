-- The capture of 2022-11-20 23:42 UTC as instances.social served it: rows that name no host and hosts
-- named twice are in these sums (marts.rejected_rows), and so is a negative number of posts (set_aside).
with
    listed as (
        select source, captured_at, is_up, users_total, local_posts, is_open_registrations, set_aside
        from marts.observations
        union all by name
        select source, captured_at, is_up, users_total, local_posts, is_open_registrations, set_aside
        from marts.rejected_rows
    )
select
    source,
    count(*) as instances,
    count(*) filter (where is_up) as up,
    sum(users_total)::bigint as users,
    sum(
        coalesce(local_posts, (set_aside ->> 'local_posts')::bigint)
    )::bigint as statuses,
    count(*) filter (where is_open_registrations) as open,
    count(*) - count(users_total) as users_null
from listed
where date_trunc('minute', captured_at) = timestamptz '2022-11-20 23:42:00+00'
group by source
order by source
