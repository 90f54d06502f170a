-- One row per answer of an instance that counts for some days: from its day until the next answer, 7
--    days at most; a capture of an imported source counts for its own day. Silence counts for nothing.
-- source | herdbook = own checks, else the imported source
-- hostname | the instance
-- from_on | the day of the answer, UTC
-- until_on | the last day it counts for, UTC
-- software_name | canonical name of its software
-- registration | open, approval, invite, closed or unknown
-- is_up | whether it answered; for imports: whether the source calls it up
-- users_total | registered users as said
-- users_active_month | MAU as said
-- local_posts | local posts as said
-- users_total_audited | the same where its standing is `reported`
-- users_active_month_audited | the same where its standing is `reported`
-- local_posts_audited | the same where its standing is `reported`
-- unique source, hostname, from_on
-- not_null source, hostname, from_on, until_on
-- check until_on >= from_on
-- kept as a view

select
    days.source,
    days.hostname,
    days.day_on as from_on,
    days.until_on,
    days.software_name,
    days.registration,
    days.is_up,
    days.users_total,
    days.users_active_month,
    days.local_posts,
    case when judged.users_total_rule is null then days.users_total end as users_total_audited,
    case when judged.users_active_month_rule is null then days.users_active_month end
        as users_active_month_audited,
    case when judged.local_posts_rule is null then days.local_posts end as local_posts_audited
from marts.instance_days as days
left join marts.judged_days as judged using (source, hostname, day_on)
where days.until_on is not null
