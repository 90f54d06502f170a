-- At most one row: one server beside all that run its software; none while no version is the current one.
-- is_current: whether the numbers of its version are those of a current one; null = not known.
with
    server as (
        select
            -- as marts.versions has them
            coalesce(software_name, 'unknown') as software_name,
            software_version,
            version_name(software_version) as version_key
        from published.marts.instances
        where hostname = $hostname
    )
select
    server.software_name,
    server.software_version,
    first(versions.is_current) filter (where versions.software_version = server.version_key) as is_current,
    arg_max(versions.software_version, versions.instances_alive) filter (where versions.is_current) as current_version,
    sum(versions.instances_alive) filter (where versions.is_current)::bigint as instances_current,
    sum(versions.instances_alive) filter (where versions.is_current is not null)::bigint as instances_known
from server
join published.marts.versions using (software_name)
group by server.software_name, server.software_version
having count(*) filter (where versions.is_current) > 0
