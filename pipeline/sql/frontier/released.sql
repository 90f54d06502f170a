-- Names of domains whose cap an operator set, that were held back: who names them, as `candidates` has it.
create or replace temp table candidates as
with
    named as (
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
    )
select
    named.id,
    names.hostname,
    names.registrable_domain,
    sources.hostname as admitted_by,
    named.named_by_domains_count
from named
join raw.hostnames as names using (id)
join raw.hostnames as sources on sources.id = named.source_id
where
    ($admits_reserved or not regexp_matches(names.hostname, '\.(example|test)$'))
    and not exists (
        select 1
        from raw.optouts
        where
            names.hostname = raw.optouts.hostname
            or ends_with(names.hostname, '.' || raw.optouts.hostname)
    )
;
