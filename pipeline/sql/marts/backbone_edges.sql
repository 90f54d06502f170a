-- One row per link of the backbone: two servers that name each other and share more than chance explains.
-- source_hostname | the one whose name comes first
-- target_hostname | the other
-- strength | association strength: what they share over the root of what each shares with all [none]
-- unique source_hostname, target_hostname
-- not_null source_hostname, target_hostname, strength
-- check source_hostname < target_hostname

select edges.source_hostname, edges.target_hostname, edges.strength
from computed.backbone_edges as edges
where
    edges.source_hostname in (select hostname from marts.graph_nodes)
    and edges.target_hostname in (select hostname from marts.graph_nodes)
order by all
