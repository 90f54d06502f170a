-- What the sources of the batch said before: the one scan of all edges, none where all are new.
create or replace temp table known_edges as
with
    sources as (select source_id from batch_lists where has_edges),
    told as (from raw.peer_edges_told where source_id in (from sources)),
    past as (from raw.peer_edges_past where source_id in (from sources))
select source_id, kind_id, target_id, first_seen_at
from told
anti join past using (source_id, kind_id, target_id, first_seen_at)
;
