-- One row per live server and graph, as the last finished crawl left it. Servers that ask not to be
--    counted are in none. `knows`: what peer lists say, raw. `mutual`: what both ends say. `backbone`:
--    what chance does not explain of `mutual`, among servers whose links are shown.
-- hostname | the instance
-- graph | knows, mutual or backbone
-- in_degree | live servers that name it; mutual and backbone: that it is linked with [count]
-- out_degree | live servers that it names; 0 also where its list is hidden [count]
-- pagerank | share of a reader who follows links at random, 0 to 1 [ratio]
-- core | largest k such that it is in a part where everybody has k links [count]
-- betweenness | share of the shortest paths between others through it; null = too many links [ratio]
-- betweenness_error | standard error of that; 0 = exact [ratio]
-- community | number of its community in the backbone, kept from publish to publish [none]
-- x | place on the map, about -1 to 1 [none]
-- y | place on the map [none]
-- is_shown | whether its links are published: more than 10 registered or active users, or, where it
--    says neither, named by at least 10 servers
-- unique hostname, graph
-- not_null hostname, graph, in_degree, out_degree, pagerank, core, is_shown
-- check graph in ('knows', 'mutual', 'backbone')
-- check graph = 'backbone' or (community is null and x is null and y is null)
-- check is_shown or x is null
-- check betweenness between 0 and 1 or betweenness is null

select
    hostname,
    graph,
    in_degree,
    out_degree,
    pagerank,
    core,
    betweenness,
    betweenness_error,
    community,
    x,
    y,
    is_shown
from computed.graph_nodes
semi join marts.instances using (hostname)
order by graph, hostname
