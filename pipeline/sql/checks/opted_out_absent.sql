-- Hosts that asked to stay out and are published all the same.
with
    published as (
        select hostname
        from marts.instances
        union
        select hostname
        from marts.instance_days
        union
        select hostname
        from marts.checks
        union
        select hostname
        from marts.hostnames
        union
        select hostname
        from marts.observations
        union
        select hostname
        from marts.rejected_rows
        where hostname is not null
        union
        select hostname
        from marts.block_events
        where hostname is not null
        union
        select source_hostname
        from marts.imported_edges
        union
        select target_hostname
        from marts.imported_edges
        where target_hostname is not null
    )
select published.hostname
from published
semi join staging.opted_out_hosts using (hostname)
;
