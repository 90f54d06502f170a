-- How many of the servers of each software run a current version?
select
    software_name,
    sum(instances_alive) as instances_alive,
    sum(instances_alive) filter (where is_current) as instances_current,
    round(sum(instances_alive) filter (where is_current) / sum(instances_alive), 3) as current_ratio
from marts.versions
group by software_name
having sum(instances_alive) filter (where is_current) is not null
order by instances_alive desc, software_name
