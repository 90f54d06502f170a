-- One row per instance, week and rule with another that said the same numbers to the last digit: once a week
--    is often enough to see who goes along with whom (rules/plausibility.csv: mirror).
-- source | herdbook = own checks, else the imported source
-- hostname | the instance
-- sample_on | the day of the week that is looked at, UTC
-- rule_id | the rule
-- standing | what it makes of the numbers of all but one of them
-- twins | digest of all who said so [none]
-- unique source, hostname, sample_on, rule_id
-- not_null source, hostname, sample_on, rule_id, standing, twins
-- anew where sample_on >= getvariable('anew_hosts_from')

with
    twins as (
        select
            days.source,
            days.day_on as sample_on,
            rule.rule_id,
            rule.standing,
            list(days.hostname order by days.hostname) as hostnames
        from marts.instance_days as days
        cross join (select * from rules.plausibility where kind = 'mirror' and factor = 0) as rule
        where
            days.source <> 'self'
            and days.day_on >= getvariable('anew_hosts_from')
            and (days.day_on - date '2000-01-02') % 7 = 0
            and days.users_total >= rule.least
            and days.local_posts >= 10 * rule.least
        group by
            days.source,
            days.day_on,
            days.software_name,
            days.software_version,
            days.users_total,
            days.users_active_month,
            days.local_posts,
            rule.rule_id,
            rule.standing
        having count(*) > 1
    )
select
    source,
    unnest(hostnames) as hostname,
    sample_on,
    rule_id,
    standing,
    hash(hostnames) as twins
from twins
order by source, hostname, sample_on
