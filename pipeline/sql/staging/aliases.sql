-- One row per other name of a server, with the evidence told last.
-- alias_hostname | the other name
-- hostname | the server that was checked
-- evidence | what makes it another name
-- first_seen_at | when it was first told, UTC
-- unique alias_hostname, hostname
-- not_null alias_hostname, hostname, evidence

select
    alias_hostname,
    hostname,
    arg_max(alias_evidence, seen_at) as evidence,
    min(seen_at) as first_seen_at
from raw.aliases
anti join staging.opted_out_hosts using (hostname)
where
    alias_hostname <> hostname
    and alias_hostname not in (select hostname from staging.opted_out_hosts)
group by alias_hostname, hostname
