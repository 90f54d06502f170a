-- One row per liveness check of a host that has not opted out.
-- crawl_id | the run it belongs to
-- hostname | whom we asked
-- checked_at | when it began, UTC
-- checked_on | its day, UTC
-- seconds | how long it took
-- outcome | how it ended
-- is_ok | whether the server answered validly
-- requests_count | requests made
-- body_bytes | decoded bytes received
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
    requests_count,
    body_bytes
from raw.liveness_checks
anti join staging.opted_out_hosts using (hostname)
