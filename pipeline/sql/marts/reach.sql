-- One row per live server: how much of the live network it can talk to, as far as published blocks tell.
--    Neither its own blocks nor those of others are named here. A block covers subdomains; a mere limit
--    (silence and so on) is no block; an allow list closes out everybody else where the software reads
--    it so.
-- hostname | the instance
-- servers_count | other live servers
-- servers_reached | of these, without a published block in either direction
-- active_total | people active in a month on the others, as they say
-- active_reached | of these, on servers that are reached
-- reach_ratio | active_reached / active_total
-- is_list_published | whether it publishes its own blocks
-- coverage_ratio | share of active_total on servers that publish theirs; of the others nothing is known
-- unique hostname
-- not_null hostname, servers_count, servers_reached, is_list_published
-- check servers_reached between 0 and servers_count
-- check reach_ratio between 0 and 1 or reach_ratio is null
-- check coverage_ratio between 0 and 1 or coverage_ratio is null

with
    live as (
        select hosts.id, instances.hostname, instances.users_active_month, instances.software_name
        from marts.instances as instances
        join raw.hostnames as hosts using (hostname)
        where instances.is_alive and not instances.is_counting_refused
    ),
    parts as (select hostname, string_split(hostname, '.') as labels from live),
    names as (
        select
            hostname,
            unnest(
                list_transform(
                    range(1, len(labels)), lambda n: array_to_string(labels[n:], '.')
                )
            ) as name
        from parts
    ),
    said as (
        select live.hostname, targets.hostname as target, kinds.kind, details.severity
        from raw.peer_edges as edges
        join raw.peer_kinds as kinds on kinds.id = edges.kind_id
        join live on live.id = edges.source_id
        join raw.hostnames as targets on targets.id = edges.target_id
        left join
            raw.peer_details as details
            on details.source_id = edges.source_id
            and details.kind_id = edges.kind_id
            and details.target_id = edges.target_id
        where
            kinds.kind = 'blocks'
            or (
                kinds.kind = 'allows'
                and live.software_name
                in ('lemmy', 'piefed', 'mbin', 'pleroma', 'akkoma', 'rebased')
            )
    ),
    barred as (
        select said.hostname, names.hostname as other_hostname
        from said
        join names on names.name = said.target
        where
            said.kind = 'blocks'
            and (
                said.severity is null
                or list_has_any(
                    string_split(said.severity, ', '), ['suspend', 'block', 'reject']
                )
            )
        union
        select closed.hostname, live.hostname
        from (select distinct hostname from said where kind = 'allows') as closed
        cross join live
        anti join
            (
                select said.hostname, names.hostname as other_hostname
                from said
                join names on names.name = said.target
                where said.kind = 'allows'
            ) as allowed
            on allowed.hostname = closed.hostname
            and allowed.other_hostname = live.hostname
    ),
    apart as (
        select hostname, other_hostname from barred where hostname <> other_hostname
        union
        select other_hostname, hostname from barred where hostname <> other_hostname
    ),
    missed as (
        select
            apart.hostname,
            count(*) as servers_count,
            sum(live.users_active_month) as users_active_month
        from apart
        join live on live.hostname = apart.other_hostname
        group by apart.hostname
    ),
    publishing as (
        select hostname
        from raw.peer_lists
        where kind = 'blocks'
        group by hostname
        having arg_max(state, checked_at) in ('served', 'empty')
    ),
    whole as (
        select
            count(*) as servers_count,
            sum(users_active_month) as users_active_month,
            sum(users_active_month) filter (
                where hostname in (select hostname from publishing)
            ) as users_covered
        from live
    ),
    counted as (
        select
            live.hostname,
            whole.servers_count - 1 as servers_count,
            -- coalesce: nobody is missed, and who says nothing adds nobody to a sum
            whole.servers_count - 1 - coalesce(missed.servers_count, 0) as servers_reached,
            (whole.users_active_month - coalesce(live.users_active_month, 0))::bigint
                as active_total,
            coalesce(missed.users_active_month, 0)::bigint as active_missed,
            live.hostname in (select hostname from publishing) as is_list_published,
            coalesce(whole.users_covered, 0)
            - case
                when live.hostname in (select hostname from publishing)
                then coalesce(live.users_active_month, 0)
                else 0
            end as users_covered
        from live
        cross join whole
        left join missed using (hostname)
    )
select
    hostname,
    servers_count,
    servers_reached,
    active_total,
    active_total - active_missed as active_reached,
    (active_total - active_missed) / nullif(active_total, 0) as reach_ratio,
    is_list_published,
    users_covered / nullif(active_total, 0) as coverage_ratio
from counted
order by hostname
