-- If one software stopped working, which would take the largest share of the active people along?
select key as software_name, removed_count, round(active_ratio, 3) as active_ratio
from marts.outages
where kind = 'software'
order by outages.active_ratio desc, software_name
limit 3
