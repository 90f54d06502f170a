-- Whose days are judged anew, and from which day on sums are.
create or replace temp table anew_judged as
with
    suspected as (
        select
            hostname,
            case
                when latter.hostname is not null
                    and former.hostname is not null
                    and latter.from_on = former.from_on
                    and latter.standing = former.standing
                -- coalesce: it still holds
                then
                    least(
                        coalesce(latter.until_on, date '9999-12-31'),
                        coalesce(former.until_on, date '9999-12-31')
                    )
                    + 1
                -- null where only one of them says so
                else least(latter.from_on, former.from_on)
            end as from_on
        from marts.suspicions as latter
        full join former.marts.suspicions as former using (source, hostname, rule_id)
        where
            (latter.standing, latter.from_on, latter.until_on)
            is distinct from (former.standing, former.from_on, former.until_on)
    )
select hostname, min(from_on) as from_on
from suspected
group by hostname
union all
select hostname, getvariable('anew_hosts_from')
from anew_hosts
anti join suspected using (hostname);

-- who is young by what it tells of its own past counts as born, not as discovered, on its first day
set variable anew_young_from = (
    with
        differing as (
            (from kept.young except from former.kept.young)
            union all
            (from former.kept.young except from kept.young)
        )
    select min(day_on)
    from marts.instance_days
    semi join differing using (hostname)
    where until_on is not null
);
set variable anew_sums_from = (
    select
        least(
            getvariable('anew_from'),
            getvariable('anew_hosts_from'),
            getvariable('anew_young_from'),
            min(from_on)
        )
    from anew_judged
);

-- growth since a day needs the day with numbers before it, and whoever counted on that day
set variable anew_panels_from = (
    with
        sources as (
            select distinct source
            from marts.instance_days
            where source <> 'self' and day_on >= getvariable('anew_sums_from')
        ),
        days_before as (
            select source, measure, max(day_on) as day_on
            from former.kept.growth_steps
            semi join sources using (source)
            where day_on < getvariable('anew_sums_from')
            group by source, measure
        )
    select coalesce(min(day_on), getvariable('anew_sums_from')) - 6 from days_before
);
