-- One row per stretch of time in which one server said the same of sign-up, the oldest first.
select source, from_on, until_on, registration, days_count, is_last
from published.marts.registration_spans
where hostname = $hostname
order by source, from_on
