-- One server in each graph.
from published.marts.graph_nodes
where hostname = $hostname
order by graph
