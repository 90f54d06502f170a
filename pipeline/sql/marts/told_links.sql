-- One row per link of a graph that says more than that a name is known. Links of very small servers are not
--    published (`shown_hosts`).
-- graph | follows: a whole server follows another (PeerTube, relays). people_follow: people of source follow
--    people of target, as one of the two says (Misskey). lemmy_links: a Lemmy server lists another as linked.
--    blocks: source says publicly that it limits target, whatever its software
-- source_hostname | who follows, links or blocks
-- target_hostname | whom
-- weight | people_follow: how many follows, the larger number where both ends tell; else null [count]
-- severity | blocks: how, as source says; null = not said
-- liveness | lemmy_links: whether source reaches target, live or failing; null = not said
-- first_seen_on | day on which it was first said, or said so, UTC
-- unique graph, source_hostname, target_hostname
-- not_null graph, source_hostname, target_hostname, first_seen_on
-- check graph in ('follows', 'people_follow', 'lemmy_links', 'blocks')
-- check (weight > 0) = (graph = 'people_follow') or weight is null
-- kept as a view

with
    follows as (
        select source_id, target_id, first_seen_on
        from marts.peer_links
        where kind = 'follows'
        union all
        select target_id, source_id, first_seen_on
        from marts.peer_links
        where kind = 'followed_by'
    ),
    people as (
        select source_id, target_id, following_count as weight, seen_on
        from marts.peer_details
        where following_count > 0
        union all
        select target_id, source_id, followers_count, seen_on
        from marts.peer_details
        where followers_count > 0
    ),
    lemmy as (
        select hostnames.id
        from marts.hostnames as hostnames
        join marts.instances as instances using (hostname)
        where instances.software_name = 'lemmy'
    ),
    links as (
        select
            'follows' as graph,
            source_id,
            target_id,
            null::bigint as weight,
            null::varchar as severity,
            null::varchar as liveness,
            min(first_seen_on) as first_seen_on
        from follows
        group by source_id, target_id
        union all
        select 'people_follow', source_id, target_id, max(weight), null, null, min(seen_on)
        from people
        group by source_id, target_id
        union all
        select
            'lemmy_links',
            edges.source_id,
            edges.target_id,
            null,
            null,
            details.liveness,
            edges.first_seen_on
        from marts.peer_links as edges
        left join marts.peer_details as details using (source_id, target_id, kind)
        where edges.kind = 'knows' and edges.source_id in (from lemmy)
        union all
        select
            'blocks',
            edges.source_id,
            edges.target_id,
            null,
            details.severity,
            null,
            edges.first_seen_on
        from marts.peer_links as edges
        left join marts.peer_details as details using (source_id, target_id, kind)
        where edges.kind = 'blocks'
    )
select
    links.graph,
    sources.hostname as source_hostname,
    targets.hostname as target_hostname,
    links.weight,
    links.severity,
    links.liveness,
    links.first_seen_on
from links
join marts.hostnames as sources on sources.id = links.source_id
join marts.hostnames as targets on targets.id = links.target_id
