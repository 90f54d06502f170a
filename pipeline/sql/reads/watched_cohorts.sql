-- One row per server of a watch list and measure: where it stands among servers like it.
from published.marts.cohorts
where list_contains($hostnames, hostname)
order by list_position($hostnames, hostname), measure
