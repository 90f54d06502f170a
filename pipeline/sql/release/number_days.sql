-- Days by the number of their server and for how many days more they count: names and days repeated are a
-- seventh of the file. Readers see them through the view `instance_days`.
create schema if not exists released.numbered;
create table released.numbered.hosts as
select row_number() over (order by hostname)::uinteger as number, hostname
from (
    select distinct hostname
    from published.marts.instance_days
    where source in (select unnest($sources))
)
order by hostname;
create table released.numbered.days as
select
    hosts.number,
    days.* exclude (hostname, until_on),
    (days.until_on - days.day_on)::utinyint as more_days
from published.marts.instance_days as days
join released.numbered.hosts as hosts using (hostname)
where days.source in (select unnest($sources))
order by hosts.number, days.day_on, days.source
