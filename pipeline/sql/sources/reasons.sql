-- One row per reason: how many rows were left out, or single values set aside, and the first of them.
with rows_left_out as (
    select
        reason,
        true as is_row,
        count(*) as count,
        -- what is wrong is the time or the name
        min_by(
            case when captured_at is null then said_captured_at else said_hostname end, row_number
        ) as example
    from heard
    where reason is not null
    group by reason
),

lines_left_out as (
    select
        'line: ' || reason as reason,
        true as is_row,
        count(*) as count,
        min_by('line ' || line || ': ' || said, line) as example
    from rejected_lines
    group by reason
),

values_set_aside as (
    select hostname, row_number, unnest(faults) as fault
    from heard
    where reason is null and faults is not null
),

values_by_reason as (
    select
        fault.field || ': ' || fault.reason as reason,
        false as is_row,
        count(*) as count,
        min_by(hostname || ': ' || fault.said, row_number) as example
    from values_set_aside
    group by fault.field, fault.reason
),

everything as (
    from rows_left_out
    union all
    from lines_left_out
    union all
    from values_by_reason
)

select reason, is_row, count, left(example, 200) as example
from everything
order by is_row desc, count desc, reason
