-- One row per row that becomes a peer edge of a source.
select
    $source::varchar as source,
    captured_at,
    source_hostname,
    target,
    target_hostname,
    kind,
    $imported_at::timestamptz as imported_at,
    $import_id::varchar as import_id
from heard
where reason is null
