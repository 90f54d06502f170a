-- One row per graph and day on which it was computed. A number that is estimated has its standard error
--    beside it; 0 = exact. Paths, components and triads ignore directions.
-- day_on | the day, UTC
-- graph | knows, mutual or backbone
-- nodes_count | live servers that may be counted
-- linked_nodes_count | of these, servers with a link
-- telling_count | of these, servers whose peer list came
-- edges_count | links
-- density_ratio | links of all that could be
-- reciprocity_ratio | links whose other end links back; 1 in mutual and backbone
-- degree_assortativity | correlation of the degrees at both ends, -1 to 1 [none]
-- software_assortativity | preference for the same software, -1 to 1 [none]
-- clustering_ratio | closed triads of all triads
-- clustering_error | its standard error [ratio]
-- path_length | mean distance within the largest component [count]
-- path_length_error | its standard error [count]
-- diameter_least | the diameter of the largest component is at least this [count]
-- diameter_most | and at most this [count]
-- components_count | parts without a link between them, single servers included
-- largest_ratio | servers in the largest part
-- communities_count | communities of the backbone
-- modularity | of these communities in this graph [none]
-- significance_level | backbone only: level of the filters [ratio]
-- likelihood_count | backbone only: links that the marginal-likelihood filter keeps; the strongest of
--    these are the backbone
-- disparity_count | backbone only: links that the disparity filter would keep
-- unique day_on, graph
-- not_null day_on, graph, nodes_count, linked_nodes_count, telling_count, edges_count
-- not_null components_count, communities_count
-- check density_ratio between 0 and 1 or density_ratio is null
-- check linked_nodes_count <= nodes_count

select
    day_on,
    graph,
    nodes_count,
    linked_nodes_count,
    telling_count,
    edges_count,
    density_ratio,
    reciprocity_ratio,
    degree_assortativity,
    software_assortativity,
    clustering_ratio,
    clustering_error,
    path_length,
    path_length_error,
    diameter_least,
    diameter_most,
    components_count,
    largest_ratio,
    communities_count,
    modularity,
    significance_level,
    likelihood_count,
    disparity_count
from computed.graph_totals
order by graph, day_on
