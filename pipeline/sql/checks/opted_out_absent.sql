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
    )
select published.hostname
from published
semi join staging.opted_out_hosts using (hostname)
;
