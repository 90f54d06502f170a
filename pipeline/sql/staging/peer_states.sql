-- One row per host whose list of known peers was ever due: what became of it last.
-- hostname | whose list
-- state | served, empty, hidden, not_offered, dummy, failed or disallowed
-- peers_count | entries of the last list that came; null where it is hidden or none ever came
-- checked_at | when, UTC
-- unique hostname
-- not_null hostname, state

select
    hostname,
    arg_max(state, checked_at) as state,
    case
        when arg_max(state, checked_at) in ('served', 'empty', 'failed')
        then max_by(hostnames_count, checked_at) filter (where state in ('served', 'empty'))
    end as peers_count,
    max(checked_at) as checked_at
from raw.peer_lists
where kind = 'knows'
group by hostname
