-- One row: what this file is, when it was made and of how many.
-- published_at | when it was published, UTC
-- schema_version | version of these tables [none]
-- is_replica | whether these are data of the replica, not of the live fediverse
-- crawl_id | the newest crawl; null = none yet
-- crawl_started_at | UTC
-- crawl_is_running | whether it had not ended when this was published
-- instances_known | hosts admitted by name or by seed, whether they ever answered or not
-- instances_alive | instances that answered validly within 7 days
-- instances_checked_7d | hosts checked within 7 days
-- instances_refusing | instances that ask not to be counted
-- instances_opted_out | hosts that ask to stay out altogether, by their answer
-- names_held | names in peer lists that the caps hold back from being visited
-- edges_known | peer edges that hold, as peer lists say [count]
-- edges_shown | of these, the ones in `peer_edges`: edges of very small servers are left out [count]
-- coverage_ratio | instances_alive / instances_known
-- contact_url | contact page of whoever runs this crawler
-- herdbook_version | version of the program that published
-- not_null published_at, schema_version, is_replica, crawl_is_running, instances_known
-- not_null instances_alive, instances_checked_7d, instances_refusing, herdbook_version
-- not_null edges_known, edges_shown
-- check edges_shown <= edges_known
-- check coverage_ratio between 0 and 1 or coverage_ratio is null

with
    hosts as (select * from frontier.hosts anti join staging.opted_out_hosts using (hostname)),
    counts as (
        select
            count(*) as instances_known,
            count(*) filter (
                where last_checked_at > getvariable('published_at') - interval 7 days
            ) as instances_checked_7d,
            count(*) filter (where last_outcome = 'opted_out') as instances_opted_out
        from hosts
    ),
    instances as (
        select
            count(*) filter (where is_alive) as instances_alive,
            count(*) filter (where is_counting_refused) as instances_refusing
        from marts.instances
    ),
    held as (
        select count(*) as names_held
        from marts.hostnames
        anti join frontier.hosts using (hostname)
    ),
    known_edges as (
        select count(*) as edges_known
        from raw.peer_edges
        where
            source_id in (select id from marts.hostnames)
            and target_id in (select id from marts.hostnames)
    ),
    shown_edges as (select count(*) as edges_shown from marts.peer_links),
    facts as (
        select
            max(value) filter (where key = 'is_replica') = 'true' as is_replica,
            max(value) filter (where key = 'contact_url') as contact_url
        from raw.meta
    ),
    crawl as (
        select
            max(started_at) as crawl_started_at,
            arg_max(crawl_id, started_at) as crawl_id,
            coalesce(bool_or(ended_at is null), false) as crawl_is_running
        from raw.crawls
    )
select
    getvariable('published_at') as published_at,
    getvariable('schema_version') as schema_version,
    facts.is_replica,
    crawl.crawl_id,
    crawl.crawl_started_at,
    crawl.crawl_is_running,
    counts.instances_known,
    instances.instances_alive,
    counts.instances_checked_7d,
    instances.instances_refusing,
    counts.instances_opted_out,
    held.names_held,
    known_edges.edges_known,
    shown_edges.edges_shown,
    instances.instances_alive / nullif(counts.instances_known, 0) as coverage_ratio,
    facts.contact_url,
    getvariable('herdbook_version') as herdbook_version
from counts
cross join instances
cross join held
cross join known_edges
cross join shown_edges
cross join facts
cross join crawl
