-- One row per stretch of time in which one server named the same languages, the oldest first.
select from_at, until_at, languages, is_detected, checks_count, is_last
from published.marts.language_spans
where hostname = $hostname
order by from_at
