-- One row per known server whose name looks like the one asked for, the likest first.
select hostname
from listed
where contains(hostname, $hostname) or contains($hostname, hostname)
    or jaro_winkler_similarity(hostname, $hostname) > 0.88
order by jaro_winkler_similarity(hostname, $hostname) desc, users_active_month desc nulls last
limit 6
