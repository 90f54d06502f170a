-- One row per group that one server belongs to (its software, its size): how many of the group live longer
-- than the server has. Without a row of the group at or below its age, none of them ended so young.
with
    server as (
        select
            listed.hostname,
            -- as marts.survival has them
            coalesce(listed.software_name, 'unknown') as software,
            listed.size,
            about.published_at::date - least(
                listed.first_seen_at::date,
                (select min(day_on) from published.marts.instance_days where hostname = $hostname)
            ) as age_days
        from listed, published.marts.about
        where listed.hostname = $hostname
    ),
    groups as (
        select 'software' as grouped_by, software as name, age_days from server
        union all
        select 'size', size, age_days from server
    )
select
    groups.grouped_by,
    groups.name,
    groups.age_days,
    max(survival.instances_known) as instances_known,
    arg_max(survival.survival_ratio, survival.age_days) filter (where survival.age_days <= groups.age_days) as survival_ratio,
    arg_max(survival.survival_low_ratio, survival.age_days) filter (where survival.age_days <= groups.age_days)
        as survival_low_ratio,
    arg_max(survival.survival_high_ratio, survival.age_days) filter (where survival.age_days <= groups.age_days)
        as survival_high_ratio
from groups
join published.marts.survival using (grouped_by, name)
group by groups.grouped_by, groups.name, groups.age_days
order by groups.grouped_by desc
