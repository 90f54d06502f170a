-- Every good row whose source, capture and host are not there yet.
insert into raw.observations by name
select good.*
from good
anti join raw.observations as kept using (source, captured_at, hostname)
order by source, captured_at, hostname
