-- One row per hostname at either end of a peer edge, also of edges that are not published.
-- id | its number in `peer_links`
-- hostname | the host
-- named_by_count | servers that name it
-- unique id
-- unique hostname
-- not_null id, hostname, named_by_count

with
    names as (select id, hostname from raw.hostnames anti join staging.opted_out_hosts using (hostname)),
    namings as (
        select target_id as id, count(distinct source_id) as named_by_count
        from raw.peer_edges
        where source_id in (select id from names)
        group by target_id
    ),
    ends as (
        select source_id as id
        from raw.peer_edges
        union
        select target_id
        from raw.peer_edges
    )
-- coalesce: nobody names it, a count of zero
select names.id, names.hostname, coalesce(namings.named_by_count, 0) as named_by_count
from names
semi join ends using (id)
left join namings using (id)
order by names.id
