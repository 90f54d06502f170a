insert into raw.peer_edges by name
from added_edges
order by source_id, kind_id, target_id
;
