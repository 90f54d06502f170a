-- the-federation.info as it served it (marts.rejected_rows has the hosts with a port of their own): hosts,
-- platforms (its own `n/a`, which says nothing, is one of them in its count), and how many of each platform
-- and each country.
with
    listed as (
        select software_name, extra ->> '$.country' as country
        from marts.observations
        where source = 'the-federation.info'
        union all
        select software_name, extra ->> '$.country' as country
        from marts.rejected_rows
        where source = 'the-federation.info'
    ),
    platforms as (select software_name as name, count(*) as hosts from listed group by name),
    countries as (select country as name, count(*) as hosts from listed group by name)
select
    (select count(*) from listed) as hosts,
    (select count(*) from platforms) as platforms,
    (select map(list(name), list(hosts)) from (from platforms order by hosts desc limit 5)) as top,
    (
        select map(list(name), list(hosts))
        from (from countries where name is not null order by hosts desc limit 5)
    ) as countries
