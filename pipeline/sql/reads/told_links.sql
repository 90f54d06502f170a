-- The links of a graph that says more than a name; `strength` is how many follows, where that is told.
select source_hostname, target_hostname, weight::double as strength, severity, liveness, first_seen_on
from published.marts.told_links
where graph = $graph
order by source_hostname, target_hostname
