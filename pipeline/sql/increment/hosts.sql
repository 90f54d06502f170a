-- Of whom all days are made anew, and who was asked since.
set variable whole_at = (select whole_at from former.kept.publishes);
-- a check that was stored late is dated before it
set variable anew_past_from = (
    select coalesce(min(starts_on), getvariable('published_at')::date)
    from raw.activity
    where seen_at >= getvariable('anew_from')
);
create or replace temp table anew_hosts as
with
    listed as (
        select hostname, coalesce(is_counting_refused, false) as is_counting_refused
        from frontier.hosts
        semi join staging.listed_hosts using (hostname)
    ),
    former_listed as (select hostname, is_counting_refused from former.marts.instances)
select distinct hostname
from (
    (from listed except from former_listed)
    union all
    (from former_listed except from listed)
);
set variable anew_hosts_from = (
    select least(min(started_at)::date, getvariable('anew_from'))
    from raw.checks
    semi join anew_hosts using (hostname)
    where outcome = 'ok'
);
create or replace temp table anew_asked as
select hostname
from raw.checks
where started_at >= getvariable('anew_from')
union
select hostname
from anew_hosts;
