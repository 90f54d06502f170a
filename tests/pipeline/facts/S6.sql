-- The graph of Lemmy on the last of January 2023: what its servers link, who is linked most, what they block;
-- targets as they were said, for one host under two spellings is two in this count. From the warehouse: links of very
-- small servers are not published.
with
    edges as (
        select source_hostname as source, target, kind
        from raw.imported_edges
        where source = 'join-lemmy' and captured_at::date = '2023-01-31'
    ),
    linked as (select source, target from edges where kind = 'knows'),
    among as (
        select source, target
        from linked
        where source <> target and target in (select source from linked)
    ),
    linked_by as (select target, count(*) as servers from linked group by target),
    links as (select source, count(*) as servers from linked group by source),
    blocked_by as (
        select target, count(*) as servers from edges where kind = 'blocks' group by target
    )
select
    (select count(*) from linked) as edges,
    (select count(distinct source) from linked) as sources,
    (select count(distinct target) from linked) as targets,
    (select count(*) from linked where source = target) as self_loops,
    (select count(*) from among) as among_sources_no_self,
    (
        select round(count(*) / (select count(*) from among), 6)
        from among
        join among as back on back.source = among.target and back.target = among.source
    ) as reciprocity,
    (select arg_max(target, servers) from linked_by) as top_indegree,
    (select max(servers) from linked_by) as top_indegree_servers,
    (select arg_max(source, servers) from links) as max_outdegree,
    (select max(servers) from links) as max_outdegree_servers,
    (select count(*) from edges where kind = 'blocks') as block_edges,
    (select arg_max(target, servers) from blocked_by) as most_blocked,
    (select max(servers) from blocked_by) as most_blocked_servers
