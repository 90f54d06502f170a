-- Of how many live servers that may be counted the network, the country, or the CDN before them is known.
select
    count(*) as servers_count,
    count(hosting.provider) as provider_count,
    count(hosting.country) as country_count,
    count(hosting.cdn) as cdn_count
from published.marts.instances as instances
left join published.marts.hosting as hosting using (hostname)
where instances.is_alive and not instances.is_counting_refused
