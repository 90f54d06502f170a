-- One row per hostname at either end of a peer edge.
-- id | its number in `peer_links`
-- hostname | the host
-- unique id
-- unique hostname
-- not_null id, hostname

select id, hostname
from raw.hostnames
anti join staging.opted_out_hosts using (hostname)
where
    id in (select source_id from raw.peer_edges)
    or id in (select target_id from raw.peer_edges)
