-- One row per hostname that asked to stay out: on the list itself or below a name on it.
-- hostname | the host
-- unique hostname

with
    known as (
        select hostname
        from raw.hostnames
        union
        select hostname
        from raw.observations
        union
        select hostname
        from raw.rejected_rows
        where hostname is not null
        union
        select hostname
        from raw.block_events
        where hostname is not null
        union
        select source_hostname
        from raw.imported_edges
        union
        select target_hostname
        from raw.imported_edges
        where target_hostname is not null
    ),
    parts as (select hostname, string_split(hostname, '.') as labels from known),
    parents as (
        select
            hostname,
            unnest(
                list_transform(
                    range(1, len(labels)), lambda n: array_to_string(labels[n:], '.')
                )
            ) as parent
        from parts
    )
select distinct parents.hostname
from parents
semi join raw.optouts on raw.optouts.hostname = parents.parent
