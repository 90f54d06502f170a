-- Edges that a complete list no longer names.
create or replace temp table gone_edges as
select
    known_edges.source_id,
    known_edges.kind_id,
    known_edges.target_id,
    known_edges.first_seen_at,
    batch_lists.seen_at as removed_at
from known_edges
join batch_lists using (source_id, kind_id)
anti join batch_edges using (source_id, kind_id, target_id)
where batch_lists.is_replacing and batch_lists.seen_at > known_edges.first_seen_at
;
