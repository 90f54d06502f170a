-- One row per crawl.
-- crawl_id | its key
-- started_at | UTC
-- ended_at | UTC; null = it runs, or died and has not been looked at since
-- end_reason | why it ended
-- instances_checked | hosts checked
-- instances_ok | of these, answered validly
-- edges_seen | entries of the peer lists that came [count]
-- seconds | how long it took, or has taken so far
-- coverage_ratio | instances_ok over the hosts known when it ended
-- outcomes | JSON text: outcome → checks
-- unique crawl_id
-- not_null crawl_id, started_at, instances_checked, instances_ok, edges_seen, outcomes
-- check coverage_ratio between 0 and 1 or coverage_ratio is null

with
    counts as (
        select crawl_id, outcome, count(*) as checks_count
        from staging.checks
        group by crawl_id, outcome
    ),
    checked as (
        select
            crawl_id,
            sum(checks_count)::bigint as instances_checked,
            coalesce(sum(checks_count) filter (where outcome = 'ok'), 0)::bigint as instances_ok,
            to_json(
                map_from_entries(list((outcome, checks_count) order by outcome))
            )::varchar as outcomes
        from counts
        group by crawl_id
    ),
    edges as (
        select crawl_id, sum(hostnames_count)::bigint as edges_seen
        from raw.peer_lists
        group by crawl_id
    ),
    spans as (
        select *, coalesce(ended_at, getvariable('published_at')) as until_at from raw.crawls
    ),
    known as (
        select spans.crawl_id, count(*) as instances_known
        from spans
        join frontier.hosts on frontier.hosts.admitted_at <= spans.until_at
        group by spans.crawl_id
    )
select
    spans.crawl_id,
    spans.started_at,
    spans.ended_at,
    spans.end_reason,
    -- a crawl that checked nobody yet: counts of zero, not unknowns
    coalesce(checked.instances_checked, 0) as instances_checked,
    coalesce(checked.instances_ok, 0) as instances_ok,
    coalesce(edges.edges_seen, 0) as edges_seen,
    epoch(spans.until_at - spans.started_at) as seconds,
    -- who was checked was known, whatever the clock says; nobody checked: null
    checked.instances_ok
    / greatest(known.instances_known, checked.instances_checked) as coverage_ratio,
    coalesce(checked.outcomes, '{}') as outcomes
from spans
left join checked using (crawl_id)
left join edges using (crawl_id)
left join known using (crawl_id)
order by spans.started_at
