-- When was this made, of how many servers, and how many of them answered?
select published_at, instances_known, instances_alive, round(coverage_ratio, 3) as coverage_ratio
from marts.about
