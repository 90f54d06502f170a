-- The first day of the published days that may differ from those of the former file. An answer counts for
-- seven days at most, and never beyond the last day on which anybody answered.
set variable anew_from = (
    with
        differing as (
            select coalesce(days.day_on, former_days.day_on) as day_on
            from staging.asked_days as days
            full join former.kept.asked_days as former_days using (day_on)
            where
                (days.checks_count, days.fingerprint)
                is distinct from (former_days.checks_count, former_days.fingerprint)
        ),
        last_days as (
            select max(day_on) as day_on
            from former.marts.instance_days
            where source = 'herdbook' and is_up
        )
    select least((select min(day_on) from differing) - 6, (select day_on from last_days) - 5)
);
