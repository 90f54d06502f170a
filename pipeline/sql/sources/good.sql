-- One row per row that becomes an observation.
select
    concat_ws('/', $source::varchar, nullif(part, '')) as source,
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
    registration,
    software_name,
    software_version,
    title,
    description,
    languages,
    extra,
    $imported_at::timestamptz as imported_at,
    $import_id::varchar as import_id
from heard
where reason is null
