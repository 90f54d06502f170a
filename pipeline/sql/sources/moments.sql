-- One row per distinct time that the file says, for a file has few of them.
create or replace temp table moments as
select
    captured_at as said,
    time_fault(captured_at, $now::timestamptz) as reason,
    case
        when time_fault(captured_at, $now::timestamptz) is null then time_of(captured_at)
    end as captured_at
from (select distinct captured_at from said) as distinct_times
