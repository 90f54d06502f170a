-- One row per row of the file that becomes nothing, of a shape without numbers of one instance.
with rejected as (
    select captured_at, reason, said_hostname as said, hostname
    from heard
    where reason is not null
    union all by name
    select 'line: ' || reason as reason, said
    from rejected_lines
    limit 100000
)

select
    $import_id::varchar as import_id,
    $source::varchar as source,
    captured_at,
    reason,
    left(said, 200) as said,
    hostname
from rejected
