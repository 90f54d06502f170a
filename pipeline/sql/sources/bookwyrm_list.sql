-- One row per instance of joinbookwyrm.com's list, as text under our field names.
create or replace table said as
select
    row_number,
    cast(null as varchar) as part,
    cast(null as varchar) as captured_at,
    json ->> '$.uri' as hostname,
    cast(null as varchar) as is_up,
    json ->> '$.stats.user_count' as users_total,
    cast(null as varchar) as users_active_month,
    cast(null as varchar) as users_active_halfyear,
    json ->> '$.stats.status_count' as local_posts,
    cast(null as varchar) as local_comments,
    cast(null as varchar) as peers_count,
    json ->> '$.registrations' as is_open_registrations,
    cast(null as varchar) as registration,
    json ->> '$.approval_required' as is_approval_required,
    'bookwyrm' as software_name,
    json ->> '$.version' as software_version,
    json ->> '$.title' as title,
    -- the long description where there is one, else the short one
    coalesce(
        nullif(json ->> '$.description', ''), nullif(json ->> '$.short_description', '')
    ) as description,
    json ->> '$.languages' as languages,
    cast(null as varchar) as extra
from objects
