-- What happened to servers in the last week of these data?
select event, count(*) as events_count, count(distinct hostname) as servers_count
from marts.events
where happened_on > (select published_at::date from marts.about) - 7
group by event
order by events_count desc, event
