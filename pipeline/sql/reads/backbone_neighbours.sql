-- Servers that one is linked with in the backbone, the strongest first.
select hostname, strength
from (
    select target_hostname as hostname, strength
    from published.marts.backbone_edges
    where source_hostname = $hostname
    union all
    select source_hostname, strength
    from published.marts.backbone_edges
    where target_hostname = $hostname
)
order by strength desc, hostname
limit $rows
