-- The numbers of the names of a batch; null = a new name.
select batch_names.place, raw.hostnames.id
from batch_names
left join raw.hostnames using (hostname)
order by batch_names.place
;
