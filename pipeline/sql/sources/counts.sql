-- One row: what the file held, in rows and captures.
select
    count(*) + (select count(*) from rejected_lines) as rows_read,
    count(*) filter (where reason is null) as rows_kept,
    count(*) filter (where reason is not null)
    + (select count(*) from rejected_lines) as rows_rejected,
    count(distinct captured_at) filter (where reason is null) as captures_count,
    min(captured_at) filter (where reason is null) as first_captured_at,
    max(captured_at) filter (where reason is null) as last_captured_at
from heard
