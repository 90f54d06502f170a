-- Growth from 01:14 to 23:42 UTC over the instances in both captures as served, who gained most, and how
-- many came and went.
with
    listed as (
        select source, captured_at, hostname as name, users_total
        from marts.observations
        union all by name
        select source, captured_at, said as name, users_total
        from marts.rejected_rows
    ),
    before as (
        select source, name, users_total
        from listed
        where date_trunc('minute', captured_at) = timestamptz '2022-11-20 01:14:00+00'
    ),
    after as (
        select source, name, users_total
        from listed
        where date_trunc('minute', captured_at) = timestamptz '2022-11-20 23:42:00+00'
    ),
    pairs as (
        select
            -- one of them is there: a full join
            coalesce(after.source, before.source) as source,
            coalesce(after.name, before.name) as name,
            before.name is not null as is_in_first,
            after.name is not null as is_in_last,
            after.users_total - before.users_total as gained
        from before
        full join after on before.source = after.source and before.name = after.name
    )
select
    source,
    sum(gained)::bigint as net,
    arg_max(name, gained) as top,
    max(gained) as top_gained,
    count(*) filter (where not is_in_first) as new,
    count(*) filter (where not is_in_last) as gone
from pairs
group by source
order by source
