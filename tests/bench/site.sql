-- Links between the servers of `rebuild.sql`: each pair says it knows the other, half of the pairs within one of eight
-- communities, popular servers more often. Variables: servers, pairs.
create temp table drawn as
with
    ends as (
        select
            hash(pair, 'source') % getvariable('servers') as source,
            floor(
                pow((hash(pair, 'target') % 1000003) / 1000003.0, 1.7) * getvariable('servers')
            )::bigint as target,
            hash(pair, 'within') % 2 = 0 as is_within
        from range(getvariable('pairs')) as pairs (pair)
    ),
    pairs as (
        select
            source,
            case when is_within then least(target - target % 8 + source % 8, getvariable('servers') - 1) else target end
                as target
        from ends
    )
select distinct least(source, target)::integer as one, greatest(source, target)::integer as other
from pairs
where source <> target;

insert into raw.peer_edges_told by name
select
    source_id,
    (select id from raw.peer_kinds where kind = 'knows') as kind_id,
    target_id,
    timestamptz '2025-01-01' as first_seen_at
from
    (
        select one as source_id, other as target_id from drawn
        union all
        select other as source_id, one as target_id from drawn
    )
order by source_id, target_id;

drop table drawn;
