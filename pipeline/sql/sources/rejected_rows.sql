-- One row per row of the file that becomes no observation; the first 100,000, enough to see what is wrong.
with rejected as (
    select
        part,
        captured_at,
        reason,
        said_hostname as said,
        hostname,
        is_up,
        users_total,
        users_active_month,
        local_posts,
        peers_count,
        is_open_registrations,
        software_name,
        extra
    from heard
    where reason is not null
    union all by name
    select 'line: ' || reason as reason, said
    from rejected_lines
    limit 100000
)

select
    $import_id::varchar as import_id,
    concat_ws('/', $source::varchar, nullif(part, '')) as source,
    rejected.* exclude (part) replace (left(said, 200) as said)
from rejected
