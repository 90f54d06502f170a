insert into raw.peer_edges by name
from added_edges
-- up and down in turns: a jump back at each new source would cost all its neighbours 16 bits
order by source_id, kind_id, case when source_id % 2 = 0 then target_id else -target_id end
;
