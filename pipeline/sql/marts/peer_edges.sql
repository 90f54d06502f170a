-- One row per peer edge that holds now: source has said something of target. Not proof that they talk.
--    Edges of very small servers are not published (`shown_hosts`) but counted (`about.edges_known`).
-- source_hostname | who says it
-- target_hostname | of whom
-- kind | knows, follows, followed_by, allows, blocks or dead
-- first_seen_on | day on which it was first said, UTC
-- unique source_hostname, target_hostname, kind
-- not_null source_hostname, target_hostname, kind, first_seen_on
-- kept as a view

select
    sources.hostname as source_hostname,
    targets.hostname as target_hostname,
    marts.peer_links.kind,
    marts.peer_links.first_seen_on
from marts.peer_links
join marts.hostnames as sources on sources.id = marts.peer_links.source_id
join marts.hostnames as targets on targets.id = marts.peer_links.target_id
