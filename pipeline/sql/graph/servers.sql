-- The live servers that may be counted, the most named first, with their places on the last map.
select
    instances.hostname,
    hosts.id,
    hosts.registrable_domain,
    instances.software_name,
    instances.users_total,
    instances.users_active_month,
    shows_links(instances.users_total, instances.users_active_month, instances.named_by_count)
        as is_shown,
    hosting.provider,
    hosting.country,
    hosting.cdn,
    before.community,
    before.x,
    before.y
from marts.instances as instances
join raw.hostnames as hosts using (hostname)
left join staging.hosting as hosting using (hostname)
left join
    computed.graph_nodes as before
    on before.hostname = instances.hostname
    and before.graph = 'backbone'
where instances.is_alive and not instances.is_counting_refused
order by instances.named_by_count desc, instances.hostname
limit $most
;
