-- The servers on the map, the most active last, so that they are drawn above the others.
select
    nodes.hostname,
    nodes.x,
    nodes.y,
    nodes.community,
    nodes.in_degree as links_count,
    knows.in_degree as named_by_count,
    listed.title,
    listed.software_name,
    listed.registration,
    listed.language_codes[1] as language,
    listed.users_active_month
from published.marts.graph_nodes as nodes
join published.marts.graph_nodes as knows on knows.hostname = nodes.hostname and knows.graph = 'knows'
join listed on listed.hostname = nodes.hostname
where nodes.graph = 'backbone' and nodes.x is not null
order by listed.users_active_month nulls first, nodes.hostname
