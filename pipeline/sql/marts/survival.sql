-- One row per group of instances and age at which one of them ended: Kaplan-Meier estimate of the share
--    that lives longer. Ages count from the first day that anybody knew the instance; one that we met
--    later is at risk only from then on (left truncation), one that lives still is censored now.
-- grouped_by | all, software or size
-- name | the software, or the size when it was last counted (single, tiny, small, medium, large, huge)
-- age_days | age at which instances ended, days
-- at_risk | instances known at that age and not yet ended [count]
-- ended | of these, ended at that age [count]
-- survival_ratio | estimated share that lives longer
-- survival_low_ratio | lower end of the 95 % interval (log-log, Greenwood)
-- survival_high_ratio | upper end of it
-- instances_known | instances of the group
-- unique grouped_by, name, age_days
-- not_null grouped_by, name, age_days, at_risk, ended, survival_ratio, instances_known
-- check survival_ratio between 0 and 1
-- check ended between 1 and at_risk

with
    known_since as (
        select hostname, min(day_on) as born_on
        from marts.instance_days
        group by hostname
    ),
    answered as (
        select
            hostname,
            min(day_on) as met_on,
            max(day_on) as answered_on,
            arg_max(coalesce(software_name, 'unknown'), day_on) as software_name,
            -- who does not say how many are active is sorted by registered users
            arg_max(coalesce(users_active_month, users_total), day_on) as size
        from marts.instance_days
        where source = 'herdbook' and is_up
        group by hostname
    ),
    lives as (
        select
            answered.hostname,
            answered.software_name,
            case
                when answered.size is null
                then 'unknown'
                when answered.size <= 1
                then 'single'
                when answered.size < 20
                then 'tiny'
                when answered.size < 200
                then 'small'
                when answered.size < 2000
                then 'medium'
                when answered.size < 20000
                then 'large'
                else 'huge'
            end as size,
            answered.met_on - known_since.born_on as entry_days,
            -- at least a day: an instance that was seen once was there for that day
            greatest(answered.answered_on - known_since.born_on, entry_days + 1) as exit_days,
            coalesce(
                hosts.failures_count > 6
                and hosts.last_checked_at - hosts.failing_since > interval 7 days,
                false
            ) as is_ended
        from answered
        join known_since using (hostname)
        join frontier.hosts as hosts using (hostname)
        semi join staging.listed_hosts using (hostname)
    ),
    grouped as (
        select 'all' as grouped_by, 'all' as name, entry_days, exit_days, is_ended from lives
        union all
        select 'software', software_name, entry_days, exit_days, is_ended from lives
        union all
        select 'size', size, entry_days, exit_days, is_ended from lives
    ),
    ends as (
        select grouped_by, name, exit_days as age_days, count(*) as ended
        from grouped
        where is_ended
        group by grouped_by, name, exit_days
    ),
    risks as (
        select
            ends.grouped_by,
            ends.name,
            ends.age_days,
            ends.ended,
            count(*) as at_risk
        from ends
        join
            grouped
            on grouped.grouped_by = ends.grouped_by
            and grouped.name = ends.name
            and grouped.entry_days < ends.age_days
            and grouped.exit_days >= ends.age_days
        group by ends.grouped_by, ends.name, ends.age_days, ends.ended
    ),
    sizes as (
        select grouped_by, name, count(*) as instances_known from grouped group by grouped_by, name
    ),
    estimates as (
        select
            *,
            -- the last one at risk ended: nobody is left, and a logarithm would not say so
            case
                when min(at_risk - ended) over ages = 0
                then 0
                else exp(sum(ln(1 - ended / nullif(at_risk, ended))) over ages)
            end as survival_ratio,
            sum(ended / (at_risk * nullif(at_risk - ended, 0))) over ages as variance
        from risks
        window
            ages as (
                partition by grouped_by, name
                order by age_days
                rows between unbounded preceding and current row
            )
    )
select
    estimates.grouped_by,
    estimates.name,
    estimates.age_days::bigint as age_days,
    estimates.at_risk,
    estimates.ended,
    estimates.survival_ratio,
    case
        when estimates.survival_ratio > 0 and estimates.survival_ratio < 1
        then
            pow(
                estimates.survival_ratio,
                exp(1.96 * sqrt(estimates.variance) / abs(ln(estimates.survival_ratio)))
            )
    end as survival_low_ratio,
    case
        when estimates.survival_ratio > 0 and estimates.survival_ratio < 1
        then
            pow(
                estimates.survival_ratio,
                exp(-1.96 * sqrt(estimates.variance) / abs(ln(estimates.survival_ratio)))
            )
    end as survival_high_ratio,
    sizes.instances_known
from estimates
join sizes using (grouped_by, name)
order by estimates.grouped_by, estimates.name, estimates.age_days
