-- One row per row that becomes a total of a source.
select
    $source::varchar as source,
    captured_at,
    software_name,
    software_version,
    instances,
    users_total,
    users_active_month,
    local_posts,
    $imported_at::timestamptz as imported_at,
    $import_id::varchar as import_id
from heard
where reason is null
