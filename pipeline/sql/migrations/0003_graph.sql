-- What is computed from the tables in Python rather than in SQL. Made anew whenever the last publish of
-- a crawl is made; the totals are kept by day.
create schema computed;

-- One row per live server and graph.
create table computed.graph_nodes (
    hostname varchar not null,
    graph varchar not null,
    in_degree bigint not null,
    out_degree bigint not null,
    pagerank double not null,
    core bigint not null,
    betweenness double,
    betweenness_error double,
    community integer,
    x double,
    y double,
    is_shown boolean not null
);

-- One row per link of the backbone, the smaller hostname first.
create table computed.backbone_edges (
    source_hostname varchar not null, target_hostname varchar not null, strength double not null
);

-- One row per graph and day.
create table computed.graph_totals (
    day_on date not null,
    graph varchar not null,
    nodes_count bigint not null,
    linked_nodes_count bigint not null,
    telling_count bigint not null,
    edges_count bigint not null,
    density_ratio double,
    reciprocity_ratio double,
    degree_assortativity double,
    software_assortativity double,
    clustering_ratio double,
    clustering_error double,
    path_length double,
    path_length_error double,
    diameter_least bigint,
    diameter_most bigint,
    components_count bigint not null,
    largest_ratio double,
    communities_count bigint not null,
    modularity double,
    significance_level double,
    likelihood_count bigint,
    disparity_count bigint
);

-- One row per outage that was played through.
create table computed.outages (
    kind varchar not null,
    key varchar not null,
    removed_count bigint not null,
    unknown_count bigint not null,
    users_stranded bigint not null,
    users_ratio double,
    active_stranded bigint not null,
    active_ratio double,
    concentration_before double,
    concentration_after double,
    knows_components_count bigint not null,
    knows_largest_ratio double,
    knows_cut_off_count bigint not null,
    mutual_components_count bigint not null,
    mutual_largest_ratio double,
    mutual_cut_off_count bigint not null,
    backbone_components_count bigint not null,
    backbone_largest_ratio double,
    backbone_cut_off_count bigint not null
);
