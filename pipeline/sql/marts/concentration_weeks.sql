-- One row per source, week, measure and kind of holder: how the audited numbers are spread. The day is
--    the last of the week that has numbers. Small shares are of the audited total, not of the network.
-- source | herdbook = own checks, else the imported source
-- day_on | the day, UTC
-- measure | users_total or users_active_month
-- holder | what holds the numbers: instance, software or registrable_domain
-- holders_count | holders with a number above zero
-- instances_known | instances whose answer counts that day
-- value | the audited sum
-- top1_ratio | share of the largest holder
-- top10_ratio | share of the ten largest
-- hhi | Herfindahl-Hirschman index: the sum of squared shares, 0 to 10,000
-- shannon | Shannon entropy of the shares, nats
-- simpson | Simpson index: one minus the sum of squared shares, 0 to 1
-- gini | Gini coefficient among the holders, 0 to 1
-- b25 | least number of holders that together hold a quarter
-- b50 | … half
-- b75 | … three quarters
-- b90 | … nine tenths
-- unique source, day_on, measure, holder
-- not_null source, day_on, measure, holder, holders_count, instances_known, value
-- check top1_ratio <= top10_ratio
-- check b25 <= b50 and b50 <= b75 and b75 <= b90

with
    last_days as (
        select source, max(day_on) as day_on
        from (select distinct source, day_on from marts.software_days)
        group by source, date_trunc('week', day_on)
    ),
    counted as (
        select
            spans.source,
            last_days.day_on,
            spans.hostname,
            coalesce(spans.software_name, 'unknown') as software_name,
            coalesce(names.registrable_domain, last_labels(spans.hostname)) as registrable_domain,
            spans.users_total_audited as users_total,
            spans.users_active_month_audited as users_active_month
        from marts.instance_spans as spans
        join
            last_days
            on last_days.source = spans.source
            and last_days.day_on between spans.from_on and spans.until_on
        left join raw.hostnames as names on names.hostname = spans.hostname
    ),
    known as (
        select source, day_on, count(*) as instances_known from counted group by source, day_on
    ),
    held as (
        select
            counted.source,
            counted.day_on,
            measures.measure,
            holders.holder,
            case holders.holder
                when 'instance'
                then counted.hostname
                when 'software'
                then counted.software_name
                else counted.registrable_domain
            end as name,
            sum(
                case measures.measure
                    when 'users_total'
                    then counted.users_total
                    else counted.users_active_month
                end
            ) as value
        from counted
        cross join (values ('users_total'), ('users_active_month')) as measures (measure)
        cross join
            (values ('instance'), ('software'), ('registrable_domain')) as holders (holder)
        group by all
        having value > 0
    ),
    shares as (
        select
            *,
            value / sum(value) over everything as share,
            row_number() over (everything order by value desc, name) as place,
            row_number() over (everything order by value, name) as place_from_below,
            count(*) over everything as holders_count
        from held
        window everything as (partition by source, day_on, measure, holder)
    ),
    summed as (
        select
            *,
            sum(share) over (
                partition by source, day_on, measure, holder
                order by place
                rows between unbounded preceding and current row
            ) as held_ratio
        from shares
    )
select
    summed.source,
    summed.day_on,
    summed.measure,
    summed.holder,
    any_value(summed.holders_count) as holders_count,
    any_value(known.instances_known) as instances_known,
    sum(summed.value)::bigint as value,
    max(summed.share) as top1_ratio,
    sum(summed.share) filter (where summed.place <= 10) as top10_ratio,
    sum(summed.share * summed.share) * 10000 as hhi,
    -sum(summed.share * ln(summed.share)) as shannon,
    1 - sum(summed.share * summed.share) as simpson,
    2 * sum(summed.place_from_below * summed.share) / any_value(summed.holders_count)
    - (any_value(summed.holders_count) + 1) / any_value(summed.holders_count) as gini,
    -- a hair below the share: sums of shares end a rounding error short of it
    min(summed.place) filter (where summed.held_ratio >= 0.25 - 1e-12) as b25,
    min(summed.place) filter (where summed.held_ratio >= 0.5 - 1e-12) as b50,
    min(summed.place) filter (where summed.held_ratio >= 0.75 - 1e-12) as b75,
    min(summed.place) filter (where summed.held_ratio >= 0.9 - 1e-12) as b90
from summed
join known using (source, day_on)
group by summed.source, summed.day_on, summed.measure, summed.holder
order by summed.source, summed.measure, summed.holder, summed.day_on
