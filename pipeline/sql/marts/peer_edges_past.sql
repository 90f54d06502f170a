-- One row per peer edge that held once and does not any more. With `peer_edges` it tells every day: an
--    edge holds on a day from first_seen_on until the day before removed_on. Edges of servers that are very
--    small now are not published (`shown_hosts`).
-- source_hostname | who said it
-- target_hostname | of whom
-- kind | knows, follows, followed_by, allows, blocks or dead
-- first_seen_on | day on which it was first said, UTC
-- removed_on | day of the complete list that no longer said it, UTC
-- not_null source_hostname, target_hostname, kind, first_seen_on, removed_on
-- check first_seen_on <= removed_on

select
    sources.hostname as source_hostname,
    targets.hostname as target_hostname,
    kinds.kind,
    edges.first_seen_at::date as first_seen_on,
    edges.removed_at::date as removed_on
from raw.peer_edges_past as edges
join raw.peer_kinds as kinds on kinds.id = edges.kind_id
join raw.hostnames as sources on sources.id = edges.source_id
join raw.hostnames as targets on targets.id = edges.target_id
where
    edges.source_id in (select id from marts.shown_hosts)
    and edges.target_id in (select id from marts.shown_hosts)
order by all
