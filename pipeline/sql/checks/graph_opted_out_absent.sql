-- Hosts that asked to stay out and are in the graph's tables all the same.
with
    published as (
        select hostname
        from marts.graph_nodes
        union
        select source_hostname
        from marts.backbone_edges
        union
        select target_hostname
        from marts.backbone_edges
        union
        select source_hostname
        from marts.peer_edges_past
        union
        select target_hostname
        from marts.peer_edges_past
        union
        select hostname
        from raw.hostnames
        where
            id in (select source_id from marts.peer_details)
            or id in (select target_id from marts.peer_details)
        union
        select unnest(largest_hostnames)
        from marts.communities
        union
        select key
        from marts.outages
        union
        select hostname
        from marts.reach
        union
        select hostname
        from marts.events
        union
        select said_after
        from marts.events
        where event = 'moved'
    )
select published.hostname
from published
semi join staging.opted_out_hosts using (hostname)
;
