-- One row: how many of the good rows are there already; an edge says nothing that could differ.
select count(*) as rows_known, 0 as rows_differing
from good
join
    raw.imported_edges as kept
    using (source, captured_at, source_hostname, target, kind)
