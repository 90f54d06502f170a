-- Which servers of some size grew most in 30 days, by numbers that are taken as said?
select
    hostname,
    software_name,
    users_active_month,
    round(users_active_month_30d_ratio, 3) as users_active_month_30d_ratio
from marts.instances
where is_alive and users_active_month_standing = 'reported' and users_active_month >= 50
    and users_active_month_30d_ratio is not null
order by users_active_month_30d_ratio desc, hostname
limit 50
