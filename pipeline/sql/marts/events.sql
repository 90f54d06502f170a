-- One row per event in the life of a server, as our checks saw it. Whom a server blocks is only counted.
-- happened_on | day on which it was seen, UTC; fell_silent: the seventh day without an answer
-- hostname | the instance
-- event | first_answered (new to us, not always new), fell_silent, answers_again, moved,
--    registration_opened, registration_closed, registration_changed, software_changed, blocks_added
--    or blocks_removed
-- said_before | what it said before: its sign-up, its software
-- said_after | what it says now: its sign-up, its software, where it moved to
-- servers_count | blocks: how many servers
-- unique happened_on, hostname, event
-- not_null happened_on, hostname, event
-- check servers_count > 0 or servers_count is null

with
    seen as (
        select
            hostname,
            checked_at,
            is_ok,
            max(checked_at) filter (where is_ok) over earlier as answered_before,
            count(*) filter (where not is_ok) over earlier as failures_before
        from staging.checks
        semi join staging.listed_hosts using (hostname)
        window
            earlier as (
                partition by hostname
                order by checked_at
                rows between unbounded preceding and 1 preceding
            )
    ),
    last_seen as (
        select
            hostname,
            max(checked_at) filter (where is_ok) as answered_at,
            max(checked_at) as checked_at
        from seen
        group by hostname
    ),
    reports as (
        select
            hostname,
            checked_on,
            registration,
            software_name,
            -- what it said last, where it said anything
            lag(registration) over (partition by hostname order by checked_at)
                as registration_before
        from staging.reports
        semi join staging.listed_hosts using (hostname)
        where registration <> 'unknown'
    ),
    software as (
        select
            hostname,
            checked_on,
            software_name,
            lag(software_name) over (partition by hostname order by checked_at)
                as software_before
        from staging.reports
        semi join staging.listed_hosts using (hostname)
        where software_name is not null
    ),
    blocks as (
        select source_id, first_seen_at::date as day_on, target_id, 'blocks_added' as event
        from raw.peer_edges
        where kind_id = (select id from raw.peer_kinds where kind = 'blocks')
        union all
        select source_id, first_seen_at::date, target_id, 'blocks_added'
        from raw.peer_edges_past
        where kind_id = (select id from raw.peer_kinds where kind = 'blocks')
        union all
        select source_id, removed_at::date, target_id, 'blocks_removed'
        from raw.peer_edges_past
        where kind_id = (select id from raw.peer_kinds where kind = 'blocks')
    ),
    first_lists as (
        select source_id, min(day_on) as day_on
        from blocks
        where event = 'blocks_added'
        group by source_id
    ),
    events as (
        select
            checked_at::date as happened_on,
            hostname,
            'first_answered' as event,
            null::varchar as said_before,
            null::varchar as said_after,
            null::bigint as servers_count
        from seen
        where is_ok and answered_before is null
        union all
        select checked_at::date, hostname, 'answers_again', null, null, null
        from seen
        where is_ok and failures_before > 0 and checked_at - answered_before > interval 7 days
        union all
        select (answered_before + interval 7 days)::date, hostname, 'fell_silent', null, null, null
        from seen
        where is_ok and failures_before > 0 and checked_at - answered_before > interval 7 days
        union all
        select (answered_at + interval 7 days)::date, hostname, 'fell_silent', null, null, null
        from last_seen
        where checked_at > answered_at + interval 7 days
        union all
        select min(started_at)::date, hostname, 'moved', null, moved_to, null
        from raw.checks
        semi join staging.listed_hosts using (hostname)
        where moved_to is not null and moved_to not in (select hostname from staging.opted_out_hosts)
        group by hostname, moved_to
        union all
        select
            checked_on,
            hostname,
            case registration
                when 'open' then 'registration_opened'
                when 'closed' then 'registration_closed'
                else 'registration_changed'
            end,
            registration_before,
            registration,
            null
        from reports
        where registration <> registration_before
        union all
        select checked_on, hostname, 'software_changed', software_before, software_name, null
        from software
        where software_name <> software_before
        union all
        -- the first list of a server is not news, and what was there before we looked neither
        select blocks.day_on, hosts.hostname, blocks.event, null, null, count(*)
        from blocks
        join first_lists on first_lists.source_id = blocks.source_id
        join raw.hostnames as hosts on hosts.id = blocks.source_id
        semi join staging.listed_hosts on staging.listed_hosts.hostname = hosts.hostname
        where blocks.day_on > first_lists.day_on
        group by blocks.day_on, hosts.hostname, blocks.event
    )
select
    happened_on,
    hostname,
    event,
    arg_min(said_before, said_after) as said_before,
    max(said_after) as said_after,
    max(servers_count) as servers_count
from events
group by happened_on, hostname, event
order by happened_on desc, hostname, event
