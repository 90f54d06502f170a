insert into raw.peer_edges_past by name
from gone_edges
order by source_id, kind_id, target_id
;
