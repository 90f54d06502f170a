-- One row per check of one server in the last weeks, the newest first.
select checked_at, outcome, detail, seconds, requests_count, bytes_count, conversation
from published.marts.checks
where hostname = $hostname
order by checked_at desc
limit $rows
