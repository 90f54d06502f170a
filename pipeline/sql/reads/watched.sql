-- One row per event of the servers of a watch list, the newest first: those of `marts.events`, new versions of
-- their software, and the days on which they stopped answering or began to again.
with
    said as (
        select
            hostname,
            day_on,
            software_name,
            software_version,
            lag(software_name) over days as software_before,
            lag(software_version) over days as version_before
        from published.marts.instance_days
        where source = 'herdbook' and list_contains($hostnames, hostname) and software_version is not null
        window days as (partition by hostname order by day_on)
    ),
    reached as (
        -- a day counts as answered if one of its checks was, so one is missed when it is over; hours in which we
        -- were cut off count for nothing
        select hostname, day_on, is_up, lag(is_up) over (partition by hostname order by day_on) as was_up
        from published.marts.instance_days
        where
            source = 'herdbook'
            and list_contains($hostnames, hostname)
            and (is_up or not is_up and day_on < (select published_at::date from published.marts.about))
    )
select happened_on, hostname, event, said_before, said_after, servers_count
from published.marts.events
where list_contains($hostnames, hostname)
union all
-- another software is an event of its own
select day_on, hostname, 'version_changed', version_before, software_version, null
from said
where version_before <> software_version and software_before is not distinct from software_name
union all
select day_on, hostname, case when is_up then 'answered_after_days' else 'missed_a_day' end, null, null, null
from reached
where is_up <> was_up
order by happened_on desc, hostname, event
limit $rows
