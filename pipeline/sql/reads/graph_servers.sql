-- The servers of a graph whose links are shown, with what an export says of them.
select
    nodes.hostname,
    instances.title,
    instances.software_name,
    instances.registration,
    instances.users_total,
    instances.users_active_month,
    nodes.in_degree,
    nodes.out_degree,
    nodes.pagerank,
    nodes.core,
    nodes.betweenness,
    backbone.community,
    backbone.x,
    backbone.y
from published.marts.graph_nodes as nodes
join published.marts.instances as instances using (hostname)
left join
    published.marts.graph_nodes as backbone
    on backbone.hostname = nodes.hostname
    and backbone.graph = 'backbone'
where nodes.graph = $graph and nodes.is_shown
order by nodes.hostname
