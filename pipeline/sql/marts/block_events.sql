-- One row per entry of a public block list: added, changed, removed, or there when read.
--    A list as of a day is the last event per target until then that is not `remove`.
-- source | who recorded the list
-- list | whose list: a hostname, or the name of a list of several servers
-- captured_at | when the source saw it, UTC
-- event | add, change, remove; listed = on the list as it stood
-- target | what is blocked, as it was said; some servers hide letters of it
-- hostname | the instance; null = the target is no hostname
-- severity | suspend, silence and so on, as the source says
-- unique source, list, captured_at, target
-- not_null source, list, captured_at, event, target

select source, list, captured_at, event, target, hostname, severity
from raw.block_events
anti join staging.opted_out_hosts using (hostname)
-- a list's name and a target that is no hostname may still be theirs
where
    not exists (
        from raw.optouts
        where contains(raw.block_events.list, raw.optouts.hostname)
            or contains(lower(raw.block_events.target), raw.optouts.hostname)
    )
order by source, list, captured_at, target
