-- To whom most links of a graph lead that says more than a name, from all servers or from one.
select
    target_hostname,
    count(*) as links_count,
    sum(weight)::bigint as weight,
    mode(severity) as severity,
    count(*) filter (where liveness = 'failing') as failing_count
from published.marts.told_links
where graph = $graph and ($hostname is null or source_hostname = $hostname)
group by target_hostname
order by weight desc nulls last, links_count desc, target_hostname
limit $rows
