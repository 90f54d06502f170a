-- All links of the backbone, for the map.
select source_hostname, target_hostname
from published.marts.backbone_edges
order by source_hostname, target_hostname
