-- Edges that are new, in the order that makes them small (1.2 bytes each).
create or replace temp table added_edges as
select source_id, kind_id, target_id, seen_at as first_seen_at
from batch_edges
join batch_lists using (source_id, kind_id)
anti join known_edges using (source_id, kind_id, target_id)
;
