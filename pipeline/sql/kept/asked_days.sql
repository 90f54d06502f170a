-- One row per day on which anybody was asked, for the next publish: a day that is the same there has not
--    changed.
-- day_on | the day, UTC
-- checks_count | checks and liveness checks that began on it
-- fingerprint | of when they began and how they ended [none]
-- unique day_on
-- not_null day_on, checks_count, fingerprint
-- anew where day_on >= getvariable('anew_from')

select day_on, checks_count, fingerprint
from staging.asked_days
where day_on >= getvariable('anew_from')
order by day_on
