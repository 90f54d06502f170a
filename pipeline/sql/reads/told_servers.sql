-- The servers at either end of such links, with what an export says of them.
with
    links as (
        select source_hostname, target_hostname
        from published.marts.told_links
        where graph = $graph
    ),
    degrees as (
        select hostname, sum(named) as in_degree, sum(naming) as out_degree
        from (
            select target_hostname as hostname, 1 as named, 0 as naming
            from links
            union all
            select source_hostname, 0, 1
            from links
        )
        group by hostname
    )
select
    degrees.hostname,
    instances.title,
    instances.software_name,
    instances.registration,
    instances.users_total,
    instances.users_active_month,
    degrees.in_degree::bigint as in_degree,
    degrees.out_degree::bigint as out_degree
from degrees
left join published.marts.instances as instances using (hostname)
order by degrees.hostname
