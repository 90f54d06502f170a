-- One row per living instance and measure: where it stands among instances like it. Like it are those of
--    the same software, size and age; where fewer than ten of them have the measure, those of the same
--    software and size; then those of the same size. Where even these are fewer than ten, nothing is said.
--    Only numbers whose standing is `reported` are compared, and an instance counts among its own like.
-- hostname | the instance
-- measure | users_active_month, users_active_month_30d_ratio or uptime_ratio_90d of marts.instances
-- value | what it is [of the measure]
-- width | whom it is compared with: software_size_age, software_size or size; null = with nobody
-- software_name | canonical name; `unknown` = not said
-- size | single, tiny, small, medium, large, huge or unknown: MAU, else registered users
-- age | new (known for less than 90 days), young (less than a year), grown (less than three) or old
-- instances_compared | instances like it that have the measure, itself among them; null = compared with nobody
-- percentile_ratio | share of the others among them that have less
-- quarter_value | a quarter of them have less than this [of the measure]
-- median_value | half of them have less than this [of the measure]
-- three_quarters_value | three quarters of them have less than this [of the measure]
-- unique hostname, measure
-- not_null hostname, measure, value, software_name, size, age
-- check instances_compared >= 10 or instances_compared is null
-- check (width is null) = (instances_compared is null)
-- check percentile_ratio between 0 and 1 or percentile_ratio is null
-- check size in ('single', 'tiny', 'small', 'medium', 'large', 'huge', 'unknown')

with
    known_since as (
        select hostname, min(day_on) as first_on from marts.instance_days group by hostname
    ),
    living as (
        select
            instances.hostname,
            -- coalesce: servers that do not say their software are alike in that
            coalesce(instances.software_name, 'unknown') as software_name,
            -- coalesce: who does not say how many are active is sorted by registered users
            coalesce(instances.users_active_month, instances.users_total) as people,
            getvariable('published_at')::date - known_since.first_on as age_days,
            instances.users_active_month_standing = 'reported' as is_active_reported,
            instances.users_active_month,
            instances.users_active_month_30d_ratio,
            instances.uptime_ratio_90d
        from marts.instances as instances
        join known_since using (hostname)
        where instances.is_alive and not instances.is_counting_refused
    ),
    classed as (
        select
            *,
            case
                when people is null
                then 'unknown'
                when people <= 1
                then 'single'
                when people < 20
                then 'tiny'
                when people < 200
                then 'small'
                when people < 2000
                then 'medium'
                when people < 20000
                then 'large'
                else 'huge'
            end as size,
            case
                when age_days < 90
                then 'new'
                when age_days < 365
                then 'young'
                when age_days < 3 * 365
                then 'grown'
                else 'old'
            end as age
        from living
    ),
    measured as (
        select
            hostname,
            software_name,
            size,
            age,
            'users_active_month' as measure,
            users_active_month::double as value
        from classed
        where is_active_reported and users_active_month is not null
        union all
        select
            hostname,
            software_name,
            size,
            age,
            'users_active_month_30d_ratio',
            users_active_month_30d_ratio
        from classed
        where is_active_reported and users_active_month_30d_ratio is not null
        union all
        select hostname, software_name, size, age, 'uptime_ratio_90d', uptime_ratio_90d
        from classed
        where uptime_ratio_90d is not null
    ),
    placed as (
        -- count and rank of each width share a window: its sort is what costs
        select
            *,
            count(*) over likest as likest_count,
            percent_rank() over (likest_in_order) as likest_ratio,
            count(*) over wider as wider_count,
            percent_rank() over (wider_in_order) as wider_ratio,
            count(*) over widest as widest_count,
            percent_rank() over (widest_in_order) as widest_ratio
        from measured
        window
            likest_in_order as (partition by measure, software_name, size, age order by value),
            likest as (
                partition by measure, software_name, size, age
                order by value
                rows between unbounded preceding and unbounded following
            ),
            wider_in_order as (partition by measure, software_name, size order by value),
            wider as (
                partition by measure, software_name, size
                order by value
                rows between unbounded preceding and unbounded following
            ),
            widest_in_order as (partition by measure, size order by value),
            widest as (
                partition by measure, size
                order by value
                rows between unbounded preceding and unbounded following
            )
    ),
    compared as (
        select
            hostname,
            measure,
            value,
            software_name,
            size,
            age,
            case
                when likest_count >= 10
                then 'software_size_age'
                when wider_count >= 10
                then 'software_size'
                when widest_count >= 10
                then 'size'
            end as width,
            case when width <> 'size' then software_name end as like_software_name,
            case when width = 'software_size_age' then age end as like_age,
            case width
                when 'software_size_age'
                then likest_ratio
                when 'software_size'
                then wider_ratio
                when 'size'
                then widest_ratio
            end as percentile_ratio
        from placed
    ),
    quarters as (
        select
            measure,
            size,
            software_name as like_software_name,
            age as like_age,
            count(*) as instances_compared,
            quantile_cont(value, [0.25, 0.5, 0.75]) as quarter_values
        from measured
        group by
            grouping sets (
                (measure, size, software_name, age), (measure, size, software_name), (measure, size)
            )
        having count(*) >= 10
    )
select
    compared.hostname,
    compared.measure,
    compared.value,
    compared.width,
    compared.software_name,
    compared.size,
    compared.age,
    quarters.instances_compared,
    compared.percentile_ratio,
    quarters.quarter_values[1] as quarter_value,
    quarters.quarter_values[2] as median_value,
    quarters.quarter_values[3] as three_quarters_value
from compared
left join
    quarters
    on compared.width is not null
    and quarters.measure = compared.measure
    and quarters.size = compared.size
    and quarters.like_software_name is not distinct from compared.like_software_name
    and quarters.like_age is not distinct from compared.like_age
order by compared.hostname, compared.measure
