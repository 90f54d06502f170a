-- One row per line of a CSV file that is no row: its number, why, and the line itself.
create or replace temp table rejected_lines as
select
    line,
    lower(min_by(error_type::varchar, column_idx)) as reason,
    any_value(csv_line) as said
from reject_errors
group by line
