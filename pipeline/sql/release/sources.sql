-- Whose history was imported, and how much of it, as the published file has it.
select
    source,
    min(captured_at)::date as first_on,
    max(captured_at)::date as last_on,
    sum(rows_count)::bigint as rows_count
from (
    select source, captured_at, 1 as rows_count
    from published.marts.observations
    union all
    select source, captured_at, 1
    from published.marts.block_events
    union all
    select source, captured_at, 1
    from published.marts.imported_edges
    union all
    select source, captured_at, 1
    from published.marts.imported_totals
    union all
    select source, captured_at, 0
    from published.marts.imports
)
group by source
order by source
