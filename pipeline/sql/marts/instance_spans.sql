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

with
    days as (
        select *
        from marts.instance_days
        where source <> 'self' and (source <> 'herdbook' or is_up)
    ),
    last_day as (select max(day_on) as day_on from days where source = 'herdbook'),
    spans as (
        select
            *,
            case
                when source <> 'herdbook'
                then day_on
                else
                    least(
                        lead(day_on, 1, day_on + 7) over (
                            partition by source, hostname order by day_on
                        )
                        - 1,
                        day_on + 6,
                        (select last_day.day_on from last_day)
                    )
            end as until_on
        from days
    ),
    judged as (
        select
            source,
            hostname,
            day_on,
            bool_or(field = 'users_total') as is_users_out,
            bool_or(field = 'users_active_month') as is_month_out,
            bool_or(field = 'local_posts') as is_posts_out
        from marts.verdicts
        group by source, hostname, day_on
    )
select
    spans.source,
    spans.hostname,
    spans.day_on as from_on,
    spans.until_on,
    spans.software_name,
    spans.registration,
    spans.is_up,
    spans.users_total,
    spans.users_active_month,
    spans.local_posts,
    case when judged.is_users_out is not true then spans.users_total end as users_total_audited,
    case when judged.is_month_out is not true then spans.users_active_month end
        as users_active_month_audited,
    case when judged.is_posts_out is not true then spans.local_posts end as local_posts_audited
from spans
left join judged using (source, hostname, day_on)
