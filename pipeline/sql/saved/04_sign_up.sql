-- Which are the largest servers where anyone may sign up at once, by numbers that are taken as said?
select hostname, software_name, users_active_month
from marts.instances
where is_alive and registration = 'open' and users_active_month_standing = 'reported'
order by users_active_month desc, hostname
limit 5
