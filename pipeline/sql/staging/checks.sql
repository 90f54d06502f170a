-- One row per check of a host that has not opted out.
-- crawl_id | the crawl it belongs to
-- hostname | whom we asked
-- checked_at | when it began, UTC
-- checked_on | its day, UTC
-- seconds | how long it took
-- outcome | how it ended
-- is_ok | whether the server answered validly
-- detail | free text to the outcome
-- is_counting_refused | whether the server asks not to be counted
-- requests_count | requests made
-- body_bytes | decoded bytes received
-- conversation | JSON text: one object per request
-- unique crawl_id, hostname
-- not_null crawl_id, hostname, checked_at, outcome

select
    crawl_id,
    hostname,
    started_at as checked_at,
    started_at::date as checked_on,
    seconds,
    outcome,
    outcome = 'ok' as is_ok,
    detail,
    is_counting_refused,
    requests_count,
    body_bytes,
    exchanges as conversation
from raw.checks
anti join staging.opted_out_hosts using (hostname)
