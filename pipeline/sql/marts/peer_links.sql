-- One row per peer edge that holds now, by number: the small form of `peer_edges`. Edges of very small
--    servers are not published (`shown_hosts`) but counted (`about.edges_known`).
-- source_id | who says it: `hostnames.id`
-- target_id | of whom: `hostnames.id`
-- kind | knows, follows, followed_by, allows, blocks or dead
-- first_seen_on | day on which it was first said, UTC
-- not_null source_id, target_id, kind, first_seen_on
-- check source_id <> target_id

select edges.source_id, edges.target_id, kinds.kind, edges.first_seen_at::date as first_seen_on
from raw.peer_edges as edges
join raw.peer_kinds as kinds on kinds.id = edges.kind_id
semi join marts.shown_hosts on marts.shown_hosts.id = edges.source_id
where edges.target_id in (select id from marts.shown_hosts)
