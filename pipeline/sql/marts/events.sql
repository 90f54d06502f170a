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
    own as (
        select hostname, day_on, is_up, until_on, software_name
        from marts.instance_days
        where source = 'herdbook'
    ),
    -- an answer counts for seven days at most: only one that counts to the end can begin a silence
    pauses as (select hostname, day_on from own where is_up and until_on = day_on + 6),
    answers as (
        select
            own.hostname,
            own.day_on,
            own.until_on,
            lead(own.day_on) over (partition by own.hostname order by own.day_on) as next_on
        from own
        semi join pauses using (hostname)
        where own.is_up
    ),
    silences as (
        -- failing on a day counts, not being asked does not
        select answers.hostname, answers.day_on as answered_on, answers.next_on
        from answers
        join own as failing on failing.hostname = answers.hostname
        where
            answers.until_on = answers.day_on + 6
            and not failing.is_up
            and failing.day_on > answers.day_on
            and (failing.day_on < answers.next_on or answers.next_on is null)
        group by answers.hostname, answers.day_on, answers.next_on
        -- coalesce: who has not come back is silent as long as it is asked
        having coalesce(answers.next_on, max(failing.day_on)) > answers.day_on + 7
    ),
    registrations as (
        select
            hostname,
            from_on,
            registration,
            lag(registration) over (partition by hostname order by from_on) as registration_before
        from marts.registration_spans
        where source = 'herdbook'
    ),
    changing as (
        select hostname from own group by hostname having min(software_name) <> max(software_name)
    ),
    software as (
        select
            hostname,
            day_on,
            software_name,
            lag(software_name) over (partition by hostname order by day_on) as software_before
        from own
        semi join changing using (hostname)
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
            min(day_on) as happened_on,
            hostname,
            'first_answered' as event,
            null::varchar as said_before,
            null::varchar as said_after,
            null::bigint as servers_count
        from own
        where is_up
        group by hostname
        union all
        select next_on, hostname, 'answers_again', null, null, null
        from silences
        where next_on is not null
        union all
        select answered_on + 7, hostname, 'fell_silent', null, null, null
        from silences
        union all
        select min(started_at)::date, hostname, 'moved', null, moved_to, null
        from raw.checks
        semi join staging.listed_hosts using (hostname)
        where moved_to is not null and moved_to not in (select hostname from staging.opted_out_hosts)
        group by hostname, moved_to
        union all
        select
            from_on,
            hostname,
            case registration
                when 'open' then 'registration_opened'
                when 'closed' then 'registration_closed'
                else 'registration_changed'
            end,
            registration_before,
            registration,
            null
        from registrations
        where registration_before is not null
        union all
        select day_on, hostname, 'software_changed', software_before, software_name, null
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
