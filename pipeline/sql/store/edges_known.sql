-- What the sources of the batch said before: the one scan of all edges, none where all are new.
create or replace temp table known_edges as
select source_id, kind_id, target_id, first_seen_at
from raw.peer_edges
where source_id in (select source_id from batch_lists where has_edges)
;
