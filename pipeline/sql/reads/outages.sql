from published.marts.outages
where kind = $kind
order by removed_count, key
