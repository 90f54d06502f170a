-- Watched servers that answered before, and when anybody of ours looked last.
with
    last_looks as (
        select hostname, max(started_at) as looked_at, arg_max(outcome, started_at) as outcome
        from raw.liveness_checks
        semi join watched_hosts using (hostname)
        group by hostname
    )
select
    hosts.hostname,
    greatest(hosts.last_checked_at, last_looks.looked_at) as looked_at,
    hosts.due_at,
    case
        when last_looks.looked_at > hosts.last_checked_at
        then last_looks.outcome
        else hosts.last_outcome
    end as last_outcome,
    hosts.failures_count,
    hosts.failing_since
from frontier.hosts as hosts
semi join watched_hosts using (hostname)
anti join staging.opted_out_hosts using (hostname)
left join last_looks using (hostname)
where hosts.last_answered_at is not null
order by looked_at
;
