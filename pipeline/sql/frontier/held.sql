-- One row per registrable domain of which names are held back from being visited.
select
    names.registrable_domain,
    count(*) as names_held,
    max(hosts.hosts_count) as hosts_admitted,
    min(names.hostname) as example
from raw.hostnames as names
anti join frontier.hosts using (hostname)
anti join staging.opted_out_hosts using (hostname)
left join (
    select registrable_domain, count(*) as hosts_count
    from frontier.hosts
    group by registrable_domain
) as hosts using (registrable_domain)
group by names.registrable_domain
order by names_held desc, names.registrable_domain
limit $rows
;
