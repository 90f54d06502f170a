insert into raw.hostnames by name
from batch_new_names
;
