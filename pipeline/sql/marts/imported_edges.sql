-- One row per peer edge in one capture of an imported source. Not proof that they talk. Edges of very small
--    servers are left out, as in `peer_edges`: by what a server says to us, else by what the newest import
--    says of it, else by how many name it.
-- source | whose crawl it is
-- captured_at | when, UTC
-- source_hostname | the instance that says it
-- target | the instance it says it of, as it was said
-- target_hostname | the same as a hostname; null = it is none, e.g. `*.example`
-- kind | knows, allows or blocks
-- unique source, captured_at, source_hostname, target, kind
-- not_null source, captured_at, source_hostname, target, kind

with
    told as (
        select
            source,
            captured_at,
            source_hostname,
            target,
            target_hostname,
            kind,
            -- coalesce: what is no hostname is known by its spelling alone
            coalesce(target_hostname, target) as target_name
        from raw.imported_edges
        anti join staging.opted_out_hosts as sources on sources.hostname = source_hostname
        anti join staging.opted_out_hosts as targets on targets.hostname = target_hostname
        -- a target that is no hostname may still be theirs
        where not exists (from raw.optouts where contains(lower(target), raw.optouts.hostname))
    ),
    namings as (
        select target_name as name, count(distinct source_hostname) as named_by_count
        from told
        group by target_name
    ),
    names as (
        select name
        from namings
        union
        select source_hostname
        from told
    ),
    heard as (
        select
            hostname as name,
            arg_max(users_total, captured_at) as users_total,
            arg_max(users_active_month, captured_at) as users_active_month
        from staging.observations
        where hostname in (from names)
        group by hostname
    ),
    shown as (
        select names.name
        from names
        left join marts.instances as instances on instances.hostname = names.name
        left join marts.hostnames as named on named.hostname = names.name
        left join heard on heard.name = names.name
        left join namings on namings.name = names.name
        where
            shows_links(
                coalesce(instances.users_total, heard.users_total),
                coalesce(instances.users_active_month, heard.users_active_month),
                -- coalesce: nobody names it, a count of zero
                greatest(coalesce(named.named_by_count, 0), coalesce(namings.named_by_count, 0))
            )
    )
select source, captured_at, source_hostname, target, target_hostname, kind
from told
where source_hostname in (from shown) and target_name in (from shown)
order by source, captured_at, source_hostname, target, kind
