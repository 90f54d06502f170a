-- Every good row that is not there yet.
insert into raw.imported_edges by name
select good.*
from good
anti join
    raw.imported_edges as kept
    using (source, captured_at, source_hostname, target, kind)
order by source, captured_at, source_hostname, target, kind
