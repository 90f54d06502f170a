-- A server tells the same weeks again and again: a row only where it says something new of a week.
with
    told as (
        select hostname, endpoint, starts_on, days, arg_max(raw.activity, seen_at) as last
        from raw.activity
        semi join batch_activity using (hostname)
        group by all
    )
insert into raw.activity by name
select batch_activity.*
from batch_activity
left join told using (hostname, endpoint, starts_on, days)
where
    told.last is null
    or (told.last.logins, told.last.statuses, told.last.registrations)
    is distinct from (
        batch_activity.logins, batch_activity.statuses, batch_activity.registrations
    )
;
