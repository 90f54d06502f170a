delete from raw.peer_edges
using gone_edges
where
    raw.peer_edges.source_id = gone_edges.source_id
    and raw.peer_edges.kind_id = gone_edges.kind_id
    and raw.peer_edges.target_id = gone_edges.target_id
;
