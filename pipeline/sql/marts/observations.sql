-- One row per imported observation of an instance, in one capture of one source.
-- source | whose observation it is
-- captured_at | when the source saw it, UTC
-- hostname | the instance
-- is_up | whether the source reached it
-- users_total | registered users, as the source says
-- users_active_month | MAU, as the source says
-- local_posts | local posts, as the source says
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
    local_posts,
    peers_count,
    is_open_registrations,
    registration,
    software_name,
    software_version,
    set_aside,
    title,
    extra
from staging.observations
order by source, captured_at, hostname
