-- One row per row of an import that was left out, of hosts that have not opted out.
--    Sums over a capture as its source served it are over these and marts.observations
--    together.
-- source | whose row it is
-- captured_at | its capture, UTC; null = it does not say
-- said | name of the instance as the source says it, or a line that is no row
-- reason | why it was left out
-- hostname | the instance, where another row of the capture is about the same one
-- is_up | whether the source reached it
-- users_total | registered users, as the source says
-- users_active_month | MAU, as the source says
-- local_posts | local posts, as the source says
-- peers_count | instances it knows, as the source says
-- is_open_registrations | whether anyone may sign up, as the source says
-- set_aside | JSON: what the source says of a field that cannot be meant
-- software_name | canonical, lower case
-- extra | JSON: what else the source says
-- not_null source, reason

select distinct
    source,
    captured_at,
    said,
    reason,
    hostname,
    is_up,
    users_total,
    users_active_month,
    local_posts,
    peers_count,
    is_open_registrations,
    (extra -> '$.set_aside')::varchar as set_aside,
    software_name,
    nullif(json_merge_patch(extra, '{"set_aside": null}')::varchar, '{}') as extra
from raw.rejected_rows
anti join staging.opted_out_hosts using (hostname)
-- a name that is no hostname may still be theirs: `out.example:8080`
where not exists (from raw.optouts where contains(lower(said), raw.optouts.hostname))
order by source, captured_at, said
