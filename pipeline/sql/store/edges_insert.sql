insert into raw.peer_edges_told by name
select source_id, kind_id, target_id, first_seen_at
from added_edges
join batch_lists using (source_id, kind_id)
-- up and down in turns: a jump back at each new source would cost all its neighbours 16 bits
order by source_id, kind_id, case when is_turned then -target_id else target_id end
;
