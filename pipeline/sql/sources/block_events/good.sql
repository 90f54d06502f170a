-- One row per row that becomes an entry of a block list.
select
    $source::varchar as source,
    list,
    captured_at,
    event,
    target,
    hostname,
    severity,
    $imported_at::timestamptz as imported_at,
    $import_id::varchar as import_id
from heard
where reason is null
