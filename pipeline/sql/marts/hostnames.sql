-- One row per hostname at either end of a peer edge.
-- id | its number in `peer_links`
-- hostname | the host
-- unique id
-- unique hostname
-- not_null id, hostname

with
    ends as (
        select source_id as id
        from raw.peer_edges
        union
        select target_id
        from raw.peer_edges
    )
select id, hostname
from raw.hostnames
anti join staging.opted_out_hosts using (hostname)
semi join ends using (id)
