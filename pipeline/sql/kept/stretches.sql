-- One row per source, instance and stretch of four days on which something was said: the least and the
--    most of it. Years of days are a quarter of the rows; who stands still for a week does so within one.
-- source | herdbook = own checks, else the imported source
-- hostname | the instance
-- from_on | first day of the stretch, UTC
-- numbers_count | days with a number of users or of posts
-- numbers_on | the first of them, UTC
-- least_users | least registered users on these days
-- most_users | most of them
-- least_posts | least local posts on these days
-- most_posts | most of them
-- least_month | least MAU on these days
-- most_month | most of them
-- least_registration | of what it said of sign-up, the first in the alphabet; null = nothing
-- most_registration | the last in the alphabet
-- registration_on | first day on which it said something of sign-up, UTC
-- registration_until_on | last one, UTC
-- registration_count | days on which it did
-- unique source, hostname, from_on
-- not_null source, hostname, from_on, numbers_count, registration_count
-- anew where from_on > getvariable('anew_from') - 4
-- anew where hostname in (select hostname from anew_hosts)

with
    days as (
        select source, hostname, day_on, users_total, local_posts, users_active_month, registration
        from marts.instance_days
        where source <> 'self' and day_on > getvariable('anew_from') - 4
        union all
        select source, hostname, day_on, users_total, local_posts, users_active_month, registration
        from marts.instance_days
        semi join anew_hosts using (hostname)
        where source <> 'self' and day_on <= getvariable('anew_from') - 4
    ),
    said as (
        select
            source,
            hostname,
            day_on,
            date '2000-01-02' + 4 * ((day_on - date '2000-01-02') // 4)::integer as from_on,
            users_total,
            local_posts,
            case when has_numbers then users_active_month end as users_active_month,
            case when has_numbers then day_on end as numbers_on,
            registration,
            case when registration is not null then day_on end as registration_on
        from (
            select
                * replace (nullif(registration, 'unknown') as registration),
                users_total is not null or local_posts is not null as has_numbers
            from days
        )
        where has_numbers or registration is not null
    )
select
    source,
    hostname,
    from_on,
    count(numbers_on) as numbers_count,
    min(numbers_on) as numbers_on,
    min(users_total) as least_users,
    max(users_total) as most_users,
    min(local_posts) as least_posts,
    max(local_posts) as most_posts,
    min(users_active_month) as least_month,
    max(users_active_month) as most_month,
    min(registration) as least_registration,
    max(registration) as most_registration,
    min(registration_on) as registration_on,
    max(registration_on) as registration_until_on,
    count(registration_on) as registration_count
from said
group by source, hostname, from_on
order by source, hostname, from_on
