-- The block lists of eleven servers as they stood on the first of March 2023, played back from their events.
with
    server_lists as (
        from marts.block_events
        where
            source = 'oliphant-blocklists'
            and list in (
                'artisan.chat', 'mastodon.art', 'mastodon.online', 'mastodon.social', 'oliphant.social',
                'pleroma.envs.net', 'rage.love', 'solarpunk.moe', 'sunny.garden', 'toot.wales',
                'turtle.garden', 'union.place'
            )
            and captured_at < timestamptz '2023-03-01 00:00:00+00'
    ),
    last_events as (
        select
            list,
            target,
            arg_max(event, captured_at) as event,
            arg_max(severity, captured_at) as severity
        from server_lists
        group by list, target
    ),
    held as (select list, target, severity from last_events where event <> 'remove'),
    lists as (select list, count(*) as targets from held group by list),
    targets as (select target, count(*) as lists from held group by target)
select
    (select count(*) from held) as edges,
    (select count(*) from lists) as sources,
    (select count(*) from targets) as targets,
    (select count(*) from held where severity = 'suspend') as suspend,
    (select count(*) from held where severity = 'silence') as silence,
    (select arg_max(list, targets) from lists) as biggest,
    (select max(targets) from lists) as biggest_targets,
    (select count(*) from targets where lists = (select count(*) from lists)) as all11,
    (select count(*) from targets where lists >= 6) as ge6
