-- Graph tables for a made-up published file: eight communities around eight places, the large servers in
-- the middle. Run after published.sql, on the same file.
create temp macro chance(i, salt) as (hash(i, salt) % 1000003) / 1000003.0;

create temp table placed as
select
    row_number() over (order by hostname) - 1 as i,
    hostname,
    users_active_month,
    software_name
from marts.instances
where is_alive and not is_counting_refused;

create table marts.graph_nodes as
select
    hostname,
    graph,
    (1 + 60 * chance(i, graph))::bigint as in_degree,
    (1 + 60 * chance(i, graph || 'out'))::bigint as out_degree,
    1 / count(*) over (partition by graph) as pagerank,
    (i % 9)::bigint as core,
    case when graph <> 'knows' then chance(i, 'between') / 100 end as betweenness,
    case when graph <> 'knows' then 0.0 end as betweenness_error,
    case when graph = 'backbone' then (i % 8)::integer end as community,
    case
        when graph = 'backbone'
        then cos(i % 8) * 0.7 + (chance(i, 'x') + chance(i, 'x2') - 1) * 0.35
    end as x,
    case
        when graph = 'backbone'
        then sin(i % 8) * 0.7 + (chance(i, 'y') + chance(i, 'y2') - 1) * 0.35
    end as y,
    true as is_shown
from placed, (values ('knows'), ('mutual'), ('backbone')) as graphs (graph);

create table marts.backbone_edges as
select distinct
    least(one.hostname, other.hostname) as source_hostname,
    greatest(one.hostname, other.hostname) as target_hostname,
    0.1 as strength
from placed as one
cross join range(3) as steps (step)
join placed as other on other.i = one.i + 8 * (1 + step);

create table marts.graph_totals as
select
    current_date - back::integer as day_on,
    graph,
    (select count(*) from placed) as nodes_count,
    (select count(*) from placed) as linked_nodes_count,
    (select count(*) * 7 // 10 from placed) as telling_count,
    (1_000 * (4 - place) - 10 * back)::bigint as edges_count,
    0.2 / place as density_ratio,
    0.5 as reciprocity_ratio,
    -0.1 as degree_assortativity,
    0.2 as software_assortativity,
    0.4 as clustering_ratio,
    0.01 as clustering_error,
    2.5 as path_length,
    0.05 as path_length_error,
    5::bigint as diameter_least,
    8::bigint as diameter_most,
    1::bigint as components_count,
    1.0 as largest_ratio,
    8::bigint as communities_count,
    0.6 as modularity,
    case when graph = 'backbone' then 0.01 end as significance_level,
    null::bigint as likelihood_count,
    null::bigint as disparity_count
from (values ('knows', 1), ('mutual', 2), ('backbone', 3)) as graphs (graph, place), range(5) as t (back);

create table marts.communities as
select
    nodes.community,
    count(*) as servers_count,
    sum(placed.users_active_month)::bigint as users_active_month,
    count(placed.users_active_month) as servers_reporting,
    mode(placed.software_name) as software_name,
    0.5 as software_ratio,
    'de' as language,
    0.6 as language_ratio,
    -- coalesce: who does not say comes last
    arg_max(hostname, coalesce(placed.users_active_month, -1), 3) as largest_hostnames,
    0.9 as inner_ratio,
    [1, 2] as closest_communities
from marts.graph_nodes as nodes
join placed using (hostname)
where nodes.community is not null
group by nodes.community;

create table marts.outages as
with played as (
    select 'server' as kind, hostname as key, 1 as removed_count from placed where i < 20
    union all
    select 'provider', provider, count(*) from marts.hosting where provider is not null group by provider
    union all
    select 'country', country, count(*) from marts.hosting where country is not null group by country
    union all
    select 'software', software_name, count(*) from placed group by software_name
    union all
    select kind, n::varchar, n
    from (values ('largest'), ('random')) as kinds (kind), (values (1), (2), (5), (10), (20)) as t (n)
)
select
    kind,
    key,
    removed_count::bigint as removed_count,
    0::bigint as unknown_count,
    (100 * removed_count)::bigint as users_stranded,
    least(removed_count / 100, 1.0) as users_ratio,
    (10 * removed_count)::bigint as active_stranded,
    least(removed_count / case kind when 'random' then 1000 else 50 end, 1.0) as active_ratio,
    0.05 as concentration_before,
    0.04 as concentration_after,
    1::bigint as knows_components_count,
    1.0 as knows_largest_ratio,
    0::bigint as knows_cut_off_count,
    1::bigint as mutual_components_count,
    1.0 as mutual_largest_ratio,
    0::bigint as mutual_cut_off_count,
    4::bigint as backbone_components_count,
    0.97 as backbone_largest_ratio,
    3::bigint as backbone_cut_off_count
from played;

create or replace table marts.reach as
select
    hostname,
    (select count(*) - 1 from placed) as servers_count,
    (select count(*) - 3 from placed) as servers_reached,
    10_000::bigint as active_total,
    9_900::bigint as active_reached,
    0.99::double as reach_ratio,
    false as is_list_published,
    0.1::double as coverage_ratio
from placed;

create table marts.events as
select
    current_date - (i % 9)::integer as happened_on,
    hostname,
    case i % 3
        when 0 then 'registration_closed' when 1 then 'software_changed' else 'moved'
    end as event,
    'open' as said_before,
    'closed' as said_after,
    null::bigint as servers_count
from placed
where i < 40;

create table marts.told_links as
select
    graph,
    placed.hostname as source_hostname,
    other.hostname as target_hostname,
    case when graph = 'people_follow' then 1 + placed.i end as weight,
    case when graph = 'blocks' then 'suspend' end as severity,
    case when graph = 'lemmy_links' then 'failing' end as liveness,
    current_date as first_seen_on
from placed
join placed as other on other.i in (placed.i + 1, placed.i + 5)
cross join (values ('people_follow'), ('lemmy_links'), ('blocks')) as graphs (graph);
