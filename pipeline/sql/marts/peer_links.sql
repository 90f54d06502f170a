-- One row per peer edge that holds now, by number: the small form of `peer_edges`.
-- source_id | who says it: `hostnames.id`
-- target_id | of whom: `hostnames.id`
-- kind | knows, follows, followed_by, allows, blocks or dead
-- first_seen_on | day on which it was first said, UTC
-- not_null source_id, target_id, kind, first_seen_on
-- check source_id <> target_id

select edges.source_id, edges.target_id, kinds.kind, edges.first_seen_at::date as first_seen_on
from raw.peer_edges as edges
join raw.peer_kinds as kinds on kinds.id = edges.kind_id
semi join marts.hostnames on marts.hostnames.id = edges.source_id
where edges.target_id in (select id from marts.hostnames)
