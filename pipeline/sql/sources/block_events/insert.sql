-- Every good row that is not there yet.
insert into raw.block_events by name
select good.*
from good
anti join raw.block_events as kept using (source, list, captured_at, target)
order by source, list, captured_at, target
