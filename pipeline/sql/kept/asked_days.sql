-- One row per day on which anybody was asked, for the next publish: a day that is the same there has not
--    changed.
-- day_on | the day, UTC
-- checks_count | checks and liveness checks that began on it
-- fingerprint | of when they began and how they ended [none]
-- unique day_on
-- not_null day_on, checks_count, fingerprint
-- anew where day_on >= getvariable('anew_from')

select
    asked_at::date as day_on,
    count(*) as checks_count,
    bit_xor(hash(asked_at, outcome)) as fingerprint
from staging.looks
where asked_at >= getvariable('anew_from')
group by day_on
order by day_on
