-- Servers that ask not to be counted and carry a number all the same.
select hostname
from marts.instances
where is_counting_refused and coalesce(users_total, users_active_month, local_posts) is not null
;
