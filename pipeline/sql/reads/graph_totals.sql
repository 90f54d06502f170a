from published.marts.graph_totals
order by graph, day_on
