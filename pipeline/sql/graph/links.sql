-- What the servers say they know of each other, by their places.
select sources.place as source, targets.place as target
from raw.peer_edges as edges
join graph_servers as sources on sources.id = edges.source_id
join graph_servers as targets on targets.id = edges.target_id
where edges.kind_id = (select id from raw.peer_kinds where kind = 'knows')
;
