-- Events, the newest first, after the place where the stretch before ended; of some servers or kinds where any are named.
from published.marts.events
where
    (len($hostnames) = 0 or list_contains($hostnames, hostname))
    and (len($kinds) = 0 or list_contains($kinds, event))
    and happened_on >= $since
    and (
        $last_on::date is null
        or happened_on < $last_on
        or (happened_on = $last_on and (hostname, event) > ($last_hostname, $last_event))
    )
order by happened_on desc, hostname, event
limit $rows
