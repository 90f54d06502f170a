-- The edges of one kind that held at the end of a day, as lists had told them by then.
select source_hostname, target_hostname, first_seen_on
from published.marts.peer_edges
where kind = $kind and first_seen_on <= $day
union all
select source_hostname, target_hostname, first_seen_on
from published.marts.peer_edges_past
where kind = $kind and first_seen_on <= $day and removed_on > $day
order by source_hostname, target_hostname
