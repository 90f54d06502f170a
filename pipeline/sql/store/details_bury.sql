-- Nothing is said any more of edges that are gone.
delete from raw.peer_details
using gone_edges
where
    raw.peer_details.source_id = gone_edges.source_id
    and raw.peer_details.kind_id = gone_edges.kind_id
    and raw.peer_details.target_id = gone_edges.target_id
;
