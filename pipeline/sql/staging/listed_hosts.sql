-- One row per host that is shown: it answered at least once, or is a seed, or it asks not to be
--    counted. Names that never answered are only counted; other names of a server are not shown.
-- hostname | the host
-- first_seen_at | when it was first named or asked, UTC
-- unique hostname
-- not_null hostname, first_seen_at

select frontier.hosts.hostname, frontier.hosts.admitted_at as first_seen_at
from frontier.hosts
anti join staging.opted_out_hosts using (hostname)
anti join staging.mirrors using (hostname)
where
    frontier.hosts.last_checked_at is not null
    and frontier.hosts.last_outcome <> 'opted_out'
    and (
        frontier.hosts.last_answered_at is not null
        or frontier.hosts.is_seed
        or frontier.hosts.is_counting_refused
    )
