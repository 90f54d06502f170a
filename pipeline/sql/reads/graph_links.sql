-- The links of a graph between servers whose links are shown. `mutual` and `backbone` have each once.
with
    shown as (
        select hostname
        from published.marts.graph_nodes
        where graph = $graph and is_shown
    ),
    knows as (
        select source_hostname, target_hostname
        from published.marts.peer_edges
        where
            kind = 'knows'
            and $graph <> 'backbone'
            and source_hostname in (from shown)
            and target_hostname in (from shown)
    )
select source_hostname, target_hostname, null::double as strength
from knows
where $graph = 'knows'
union all
select one.source_hostname, one.target_hostname, null
from knows as one
join
    knows as back
    on back.source_hostname = one.target_hostname
    and back.target_hostname = one.source_hostname
where $graph = 'mutual' and one.source_hostname < one.target_hostname
union all
select source_hostname, target_hostname, strength
from published.marts.backbone_edges
where $graph = 'backbone'
order by source_hostname, target_hostname
