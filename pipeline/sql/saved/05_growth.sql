-- How much did the same servers grow, from the first day to the last? (Not: how many more did we find.)
select day_on, instances_in_panel, round(index_chained - 1, 4) as growth_ratio
from marts.growth_days
where source = 'herdbook' and measure = 'users_total'
order by day_on desc
limit 1
