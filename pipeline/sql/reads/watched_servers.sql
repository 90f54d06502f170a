-- One row per known server of a watch list, in the order of the list: what it is now, and how its version
-- stands beside the current one of its software. is_current: null = not known.
with
    wanted as (
        select unnest($hostnames::varchar[]) as hostname, generate_subscripts($hostnames::varchar[], 1) as place
    ),
    keyed as (
        select
            wanted.place,
            instances.*,
            -- as marts.versions has them
            coalesce(software_name, 'unknown') as version_of,
            version_name(software_version) as version_key
        from published.marts.instances
        join wanted using (hostname)
    ),
    current_versions as (
        select
            software_name as version_of,
            arg_max(software_version, instances_alive) filter (where is_current) as current_version,
            sum(instances_alive) filter (where is_current)::bigint as instances_current,
            sum(instances_alive) filter (where is_current is not null)::bigint as instances_versioned
        from published.marts.versions
        group by software_name
    ),
    known_since as (
        select hostname, min(day_on) as known_since_on
        from published.marts.instance_days
        where list_contains($hostnames, hostname)
        group by hostname
    )
select
    keyed.* exclude (version_of, version_key, place),
    known_since.known_since_on,
    versions.is_current,
    current_versions.current_version,
    current_versions.instances_current,
    current_versions.instances_versioned
from keyed
left join current_versions using (version_of)
left join
    published.marts.versions as versions
    on versions.software_name = keyed.version_of
    and versions.software_version = keyed.version_key
left join known_since using (hostname)
order by keyed.place
