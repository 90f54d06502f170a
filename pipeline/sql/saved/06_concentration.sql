-- How concentrated are the active people: what have the ten largest servers, and how many have half?
select day_on, round(top10_ratio, 3) as top10_ratio, b50, holders_count
from marts.concentration_weeks
where source = 'herdbook' and measure = 'users_active_month' and holder = 'instance'
order by day_on desc
limit 1
