-- One row per instance of an instances.social dump, as text under our field names.
--
-- Two generations: the list.json of 2016-2022 (openRegistrations, descriptions beside the numbers)
-- and the API 1.0 (open_registrations, active_users, version, descriptions under `info`). E-mail
-- addresses and names of admins are in some of them; they are not taken.
create or replace table said as
select
    row_number,
    cast(null as varchar) as part,
    cast(null as varchar) as captured_at,
    json ->> '$.name' as hostname,
    json ->> '$.up' as is_up,
    json ->> '$.users' as users_total,
    json ->> '$.active_users' as users_active_month,
    cast(null as varchar) as users_active_halfyear,
    json ->> '$.statuses' as local_posts,
    cast(null as varchar) as local_comments,
    json ->> '$.connections' as peers_count,
    -- either spelling, never both: coalesce takes the one that is there
    coalesce(
        json ->> '$.openRegistrations', json ->> '$.open_registrations'
    ) as is_open_registrations,
    cast(null as varchar) as registration,
    cast(null as varchar) as is_approval_required,
    cast(null as varchar) as software_name,
    json ->> '$.version' as software_version,
    json ->> '$.title' as title,
    -- the long description where there is one, else the short one
    coalesce(
        nullif(json ->> '$.description', ''),
        nullif(json ->> '$.short_description', ''),
        nullif(json ->> '$.info.full_description', ''),
        nullif(json ->> '$.info.short_description', '')
    ) as description,
    json ->> '$.info.languages' as languages,
    nullif(
        json_merge_patch(
            '{}',
            json_object(
                'uptime', json -> '$.uptime',
                'ipv6', json -> '$.ipv6',
                'https_score', json -> '$.https_score',
                'https_rank', trim(json ->> '$.https_rank')
            )
        ),
        '{}'
    )::varchar as extra
from objects
