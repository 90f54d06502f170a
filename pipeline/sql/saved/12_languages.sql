-- Which languages do servers name, how many of them take people in at once, and how many are active there?
select
    lower(split_part(language, '-', 1)) as language_code,
    count(distinct hostname) as servers_count,
    count(distinct hostname) filter (where registration = 'open') as open_count,
    sum(users_active_month) filter (where users_active_month_standing = 'reported') as users_active_month_audited,
    count(users_active_month) filter (where users_active_month_standing = 'reported') as instances_audited
from (
    select hostname, registration, users_active_month, users_active_month_standing, unnest(languages) as language
    from marts.instances
    where is_alive and not is_counting_refused
)
group by all
order by servers_count desc, language_code
