-- Where may anyone sign up at once, and the number of active people is taken as said?
select hostname, software_name, users_active_month
from marts.instances
where is_alive and registration = 'open' and users_active_month_standing = 'reported'
order by users_active_month desc, hostname
limit 5
