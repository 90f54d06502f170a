-- One row per observation of an imported source, of hosts that have not opted out.
-- source | whose observation it is
-- captured_at | when the source saw it, UTC
-- hostname | the instance
-- is_up | whether the source reached it
-- users_total | registered users, as the source says
-- users_active_month | MAU, as the source says
-- users_active_halfyear | users active in 180 days, as the source says
-- local_posts | local posts, as the source says
-- local_comments | local comments, as the source says
-- peers_count | instances it knows, as the source says
-- is_open_registrations | whether anyone may sign up, as the source says
-- registration | open, approval, invite or closed, as far as the source tells
-- software_name | canonical, lower case
-- software_version | as the source says
-- set_aside | JSON: what the source says of a field that cannot be meant, e.g. -5 posts
-- title | what it calls itself, as the source says
-- extra | JSON: what else the source says, under the names chosen at the import
-- unique source, captured_at, hostname
-- not_null source, captured_at, hostname

select
    source,
    captured_at,
    hostname,
    is_up,
    users_total,
    users_active_month,
    users_active_halfyear,
    local_posts,
    local_comments,
    peers_count,
    is_open_registrations,
    case
        when registration is not null
        then registration
        when is_open_registrations
        then 'open'
        when not is_open_registrations
        then 'closed'
    end as registration,
    software_name,
    software_version,
    (extra -> '$.set_aside')::varchar as set_aside,
    title,
    nullif(json_merge_patch(extra, '{"set_aside": null}')::varchar, '{}') as extra
from raw.observations
anti join staging.opted_out_hosts using (hostname)
