-- One row per server that may be listed, by name, with when it was asked last: one stretch of them.
select hostname, checked_at
from listed
order by hostname
limit $rows
offset $skip
