-- One row per day on which anybody was asked, by a check or by a liveness check between two of them.
-- day_on | the day, UTC
-- checks_count | checks and liveness checks that began on it
-- fingerprint | of when they began and how they ended [none]
-- unique day_on
-- not_null day_on, checks_count, fingerprint

select
    started_at::date as day_on,
    count(*) as checks_count,
    bit_xor(hash(started_at, outcome)) as fingerprint
from (
    select started_at, outcome
    from raw.checks
    union all
    select started_at, outcome
    from raw.liveness_checks
)
group by day_on
