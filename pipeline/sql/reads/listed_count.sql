-- One row: how many servers may be listed.
select count(*) as instances_count
from listed
