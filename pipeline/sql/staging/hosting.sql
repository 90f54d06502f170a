-- One row per listed host whose address was looked up: the network it is in and that network's country, which
--    need not be that of its people. Instances that ask not to be counted are left out. Addresses are not kept.
-- hostname | the instance
-- country | ISO 3166 code; null = not known, or origin unknown
-- provider | who runs the network, with its AS number; null = not known, or origin unknown
-- cdn | the network for delivery (CDN) that stands before it, so its origin is unknown; null = none that we know
-- seen_on | day of the check that first found it there, UTC
-- country_table | the table that says the country, with its date
-- provider_table | the table that says the network, with its date
-- unique hostname
-- not_null hostname, seen_on
-- check cdn is null or (country is null and provider is null)

with
    newest as (
        select hostname, seen_at, country, as_number, as_name, country_table, as_table
        from raw.hosting
        semi join staging.listed_hosts using (hostname)
        where
            hostname not in (
                select hostname
                from frontier.hosts
                where is_counting_refused
            )
        qualify row_number() over (partition by hostname order by seen_at desc) = 1
    ),
    -- one name for a network, whichever table said it when
    networks as (
        select
            as_number,
            -- coalesce: a table of numbers alone has no names
            coalesce(arg_max(as_name, seen_at) || ' ', '') || '(AS' || as_number || ')' as provider
        from raw.hosting
        where as_number is not null
        group by as_number
    ),
    cdns as (select as_number::bigint as as_number, name as cdn from rules.cdns)
select
    newest.hostname,
    case when cdns.cdn is null then newest.country end as country,
    case when cdns.cdn is null then networks.provider end as provider,
    cdns.cdn,
    newest.seen_at::date as seen_on,
    newest.country_table,
    newest.as_table as provider_table
from newest
left join networks using (as_number)
left join cdns using (as_number)
where newest.country is not null or newest.as_number is not null
order by newest.hostname
