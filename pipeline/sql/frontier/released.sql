-- Names that were held back, of domains whose cap an operator set: who names them, as `named` has it.
create or replace temp table named as
select
    edges.target_id as id,
    min(edges.source_id) as source_id,
    count(distinct sources.registrable_domain) as named_by_domains_count
from raw.peer_edges as edges
join raw.hostnames as targets on targets.id = edges.target_id
join released_domains on released_domains.registrable_domain = targets.registrable_domain
join raw.hostnames as sources on sources.id = edges.source_id
join raw.peer_kinds as kinds on kinds.id = edges.kind_id
anti join frontier.hosts on frontier.hosts.id = edges.target_id
where kinds.kind <> 'dead'
group by edges.target_id
;
