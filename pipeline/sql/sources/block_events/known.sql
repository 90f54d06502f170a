-- One row: how many of the good rows are there already, and how many of those said something else.
select
    count(*) as rows_known,
    count(*) filter (
        where (good.event, good.severity) is distinct from (kept.event, kept.severity)
    ) as rows_differing
from good
join raw.block_events as kept using (source, list, captured_at, target)
