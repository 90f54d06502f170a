-- How many links and servers each graph has that says more than a name.
select
    graph,
    count(*) as links_count,
    count(distinct source_hostname) as sources_count,
    count(distinct target_hostname) as targets_count,
    sum(weight)::bigint as weight
from published.marts.told_links
group by graph
order by graph
