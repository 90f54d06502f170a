-- One row per check of the last 28 days; the conversation of the last three of each host only.
-- hostname | whom we asked
-- checked_at | when it began, UTC
-- crawl_id | the crawl it belongs to
-- outcome | how it ended
-- detail | free text to the outcome
-- seconds | how long it took
-- requests_count | requests made
-- bytes_count | decoded bytes received
-- conversation | JSON text: a list of what was asked and what came; null = older than the last three,
--    or a liveness check, which asks whether a watched server answers, between two visits
-- unique crawl_id, hostname
-- not_null hostname, checked_at, crawl_id, outcome

with
    recent as (
        select
            *, row_number() over (partition by hostname order by checked_at desc) as place
        from (
            select crawl_id, hostname, checked_at
            from staging.checks
            where checked_at > getvariable('published_at') - interval 28 days
        )
    )
select
    checks.hostname,
    checks.checked_at,
    checks.crawl_id,
    checks.outcome,
    checks.detail,
    checks.seconds,
    checks.requests_count,
    checks.body_bytes as bytes_count,
    case when recent.place <= 3 then checks.conversation end as conversation
from staging.checks as checks
join recent using (crawl_id, hostname)
union all by name
select
    hostname,
    checked_at,
    crawl_id,
    outcome,
    '' as detail,
    seconds,
    requests_count,
    body_bytes as bytes_count,
    null as conversation
from staging.liveness
where checked_at > getvariable('published_at') - interval 28 days
