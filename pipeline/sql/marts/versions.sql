-- One row per software and version that runs now: who keeps up. Sums over instances that are alive, as
--    said and audited.
-- software_name | canonical name; `unknown` = not said
-- software_version | its first numbers, as far as the servers say them: 4.5.2; empty = not said
-- instances_alive | alive instances that run it
-- instances_reporting | of these, with a number of registered users
-- instances_audited | of these, with one whose standing is `reported`
-- users_total | registered users, as said (naive)
-- users_total_audited | the same, audited
-- users_active_month | MAU, naive
-- users_active_month_audited | the same, audited
-- is_current | whether no version of this software that at least three instances run is newer; null = no
--    version is run by so many
-- unique software_name, software_version
-- not_null software_name, software_version, instances_alive, instances_reporting, instances_audited
-- check instances_reporting <= instances_alive
-- check instances_audited <= instances_reporting

with
    running as (
        select
            -- coalesce: a name and a version for what is not said
            coalesce(software_name, 'unknown') as software_name,
            coalesce(version_key(software_version), []) as version_parts,
            users_total,
            users_total_standing,
            users_active_month,
            users_active_month_standing
        from marts.instances
        where is_alive
    ),
    counted as (
        select
            software_name,
            version_parts,
            count(*) as instances_alive,
            count(users_total) as instances_reporting,
            count(users_total) filter (where users_total_standing = 'reported')
                as instances_audited,
            sum(users_total)::bigint as users_total,
            sum(users_total) filter (where users_total_standing = 'reported')::bigint
                as users_total_audited,
            sum(users_active_month)::bigint as users_active_month,
            sum(users_active_month) filter (where users_active_month_standing = 'reported')::bigint
                as users_active_month_audited
        from running
        group by software_name, version_parts
    ),
    newest as (
        -- three: one server that runs tomorrow's version makes nobody late
        select software_name, max(version_parts) as version_parts
        from counted
        where instances_alive >= 3 and len(version_parts) > 0
        group by software_name
    )
select
    counted.software_name,
    array_to_string(counted.version_parts, '.') as software_version,
    counted.instances_alive,
    counted.instances_reporting,
    counted.instances_audited,
    counted.users_total,
    counted.users_total_audited,
    counted.users_active_month,
    counted.users_active_month_audited,
    case
        when len(counted.version_parts) > 0 then counted.version_parts >= newest.version_parts
    end as is_current
from counted
left join newest using (software_name)
order by counted.software_name, counted.version_parts desc
