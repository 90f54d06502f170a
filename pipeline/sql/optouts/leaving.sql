-- One row per host that asked to stay out and is still in some table, with its number where it has one.
create or replace temp table leaving as
select opted_out_hosts.hostname, names.id
from staging.opted_out_hosts
left join raw.hostnames as names using (hostname)
;
