-- One row per time anybody was asked: a check, or a liveness check between two of them.
-- hostname | whom we asked
-- asked_at | when it began, UTC
-- outcome | how it ended
-- not_null hostname, asked_at, outcome

select hostname, started_at as asked_at, outcome
from raw.checks
union all
select hostname, started_at, outcome
from raw.liveness_checks
