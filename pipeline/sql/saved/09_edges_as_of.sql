-- How many links between servers were known on the first day on which any was, and how many are now?
with
    lists as (
        select kind, first_seen_on, null::date as removed_on
        from marts.peer_edges
        union all
        select kind, first_seen_on, removed_on
        from marts.peer_edges_past
    ),
    first_day as (select min(first_seen_on) as day_on from lists)
select
    first_day.day_on,
    count(*) filter (
        where
            first_seen_on <= first_day.day_on
            and (removed_on is null or removed_on > first_day.day_on)
    ) as edges_then,
    count(*) filter (where removed_on is null) as edges_now
from lists
cross join first_day
where kind = 'knows'
group by first_day.day_on
