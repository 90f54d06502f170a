-- One row per other name of one server, and per server that says it is this one's other name.
select alias_hostname, hostname, evidence, first_seen_on
from published.marts.aliases
where hostname = $hostname or alias_hostname = $hostname
order by alias_hostname, hostname
