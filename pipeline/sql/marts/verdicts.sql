-- One row per number of an instance's day that is not taken as it was said. A number without a row
--    here is `reported`; a number that was not said has no row either (marts.standings tells why now).
-- source | herdbook = own checks, else the imported source
-- hostname | the instance
-- day_on | the day, UTC
-- field | users_total, users_active_month, users_active_halfyear, local_posts or local_comments
-- standing | withheld, not_said, constant, implausible, contradicted or modelled
-- rule_id | the rule that says so (marts.rules)
-- unique source, hostname, day_on, field
-- not_null source, hostname, day_on, field, standing, rule_id
-- kept as a view

with
    decided as (
        select source, hostname, day_on, 'users_total' as field, users_total_rule as rule_id
        from marts.judged_days
        union all
        select source, hostname, day_on, 'users_active_month' as field, users_active_month_rule as rule_id
        from marts.judged_days
        union all
        select source, hostname, day_on, 'users_active_halfyear' as field, users_active_halfyear_rule as rule_id
        from marts.judged_days
        union all
        select source, hostname, day_on, 'local_posts' as field, local_posts_rule as rule_id
        from marts.judged_days
        union all
        select source, hostname, day_on, 'local_comments' as field, local_comments_rule as rule_id
        from marts.judged_days
    )
select
    decided.source,
    decided.hostname,
    decided.day_on,
    decided.field,
    marts.rules.standing,
    decided.rule_id
from decided
join marts.rules using (rule_id)
