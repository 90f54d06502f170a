-- Hosts that a batch names and nobody has admitted: who named them first, and how many independent
-- registrable domains do so here. Dead ones (named as not answering) are no candidates.
create or replace temp table named as
select
    batch_edges.target_id as id,
    min(batch_edges.source_id) as source_id,
    count(distinct batch_lists.registrable_domain) as named_by_domains_count
from batch_edges
join batch_lists using (source_id, kind_id)
join raw.peer_kinds on raw.peer_kinds.id = batch_edges.kind_id
anti join frontier.hosts on frontier.hosts.id = batch_edges.target_id
where raw.peer_kinds.kind <> 'dead'
group by batch_edges.target_id
;
