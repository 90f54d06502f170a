-- One row per number of an instance's day that is not taken as it was said. A number without a row
--    here is `reported`; a number that was not said has no row either (marts.standings tells why now).
-- source | herdbook = own checks, else the imported source
-- hostname | the instance
-- day_on | the day, UTC
-- field | users_total, users_active_month, users_active_halfyear, local_posts or local_comments
-- standing | withheld, not_said, constant, implausible, contradicted or modelled
-- rule_id | the rule that says so (marts.rules)
-- unique source, hostname, day_on, field
-- not_null source, hostname, day_on, field, standing, rule_id

with
    days as (
        select *
        from marts.instance_days
        where
            source <> 'self'
            and coalesce(
                users_total, users_active_month, users_active_halfyear, local_posts, local_comments
            )
            is not null
    ),
    versions as (
        select distinct
            -- coalesce: rules for any software hold for one that is not said too
            coalesce(software_name, '') as software_name,
            coalesce(software_version, '') as software_version
        from days
    ),
    keyed as (select *, version_key(software_version) as version_parts from versions),
    ruled as (
        select
            keyed.software_name,
            keyed.software_version,
            meaning.place,
            meaning.rule_id,
            meaning.tests,
            meaning.condition,
            meaning.value,
            meaning.field,
            meaning.standing
        from keyed
        join
            rules.meaning as meaning
            on (meaning.software = keyed.software_name or meaning.software = '*')
            and (
                meaning.version_from is null
                or keyed.version_parts >= version_key(meaning.version_from)
            )
            and (
                meaning.version_below is null
                or keyed.version_parts < version_key(meaning.version_below)
            )
        where meaning.condition <> 'absent'
    ),
    by_meaning as (
        select
            days.source,
            days.hostname,
            days.day_on,
            ruled.field,
            ruled.standing,
            ruled.rule_id,
            ruled.place + 1000 as place
        from days
        join
            ruled
            on ruled.software_name = coalesce(days.software_name, '')
            and ruled.software_version = coalesce(days.software_version, '')
        where
            holds(
                ruled.condition,
                case ruled.tests
                    when 'users_total'
                    then days.users_total
                    when 'users_active_month'
                    then days.users_active_month
                    when 'users_active_halfyear'
                    then days.users_active_halfyear
                    when 'local_posts'
                    then days.local_posts
                    when 'local_comments'
                    then days.local_comments
                end,
                ruled.value,
                days.users_total,
                days.users_active_month,
                days.local_posts
            )
    ),
    by_time as (
        select
            days.source,
            days.hostname,
            days.day_on,
            '*' as field,
            suspicions.standing,
            suspicions.rule_id,
            100 as place
        from days
        join
            marts.suspicions as suspicions
            on suspicions.source = days.source
            and suspicions.hostname = days.hostname
            and days.day_on >= suspicions.from_on
            and (suspicions.until_on is null or days.day_on <= suspicions.until_on)
    ),
    by_hand as (
        select
            days.source,
            days.hostname,
            days.day_on,
            reviewed.field,
            reviewed.standing,
            'reviewed: ' || reviewed.hostname as rule_id,
            0 as place
        from days
        join rules.hosts as reviewed using (hostname)
    ),
    said as (
        from by_hand
        union all
        from by_time
        union all
        from by_meaning
    ),
    of_field as (
        select
            source,
            hostname,
            day_on,
            unnest(
                case
                    when field = '*'
                    then
                        [
                            'users_total',
                            'users_active_month',
                            'users_active_halfyear',
                            'local_posts',
                            'local_comments'
                        ]
                    else [field]
                end
            ) as field,
            standing,
            rule_id,
            place
        from said
    ),
    decided as (
        select
            source,
            hostname,
            day_on,
            field,
            arg_min(standing, place) as standing,
            arg_min(rule_id, place) as rule_id
        from of_field
        group by source, hostname, day_on, field
    )
select
    decided.source,
    decided.hostname,
    decided.day_on,
    decided.field,
    decided.standing,
    decided.rule_id
from decided
join days using (source, hostname, day_on)
where
    decided.standing <> 'reported'
    and case decided.field
        when 'users_total'
        then days.users_total
        when 'users_active_month'
        then days.users_active_month
        when 'users_active_halfyear'
        then days.users_active_halfyear
        when 'local_posts'
        then days.local_posts
        when 'local_comments'
        then days.local_comments
    end
    is not null
order by decided.source, decided.hostname, decided.day_on, decided.field
