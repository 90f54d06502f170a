-- One row per hostname whose peer edges are published: more than 10 registered or active users, or, where
--    it says neither, named by at least 10 servers. An edge is published where both its ends are here.
-- id | its number in `peer_links`
-- hostname | the host
-- unique id
-- unique hostname
-- not_null id, hostname

select names.id, names.hostname
from raw.hostnames as names
anti join staging.opted_out_hosts using (hostname)
left join marts.instances as instances using (hostname)
left join marts.hostnames as named on named.id = names.id
where
    shows_links(
        instances.users_total,
        instances.users_active_month,
        -- coalesce: nobody names it now, a count of zero
        coalesce(named.named_by_count, 0)
    )
order by names.id
