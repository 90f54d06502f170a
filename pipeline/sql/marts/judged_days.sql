-- One row per instance's day of which at least one number is not taken as it was said, with the rule
--    that decided about each number. A day without a row here has numbers that are `reported`.
-- source | herdbook = own checks, else the imported source
-- hostname | the instance
-- day_on | the day, UTC
-- users_total_rule | the rule (marts.rules) that decided about this number; null = none had to
-- users_active_month_rule | as above
-- users_active_halfyear_rule | as above
-- local_posts_rule | as above
-- local_comments_rule | as above
-- unique source, hostname, day_on
-- not_null source, hostname, day_on
-- anew where day_on >= getvariable('anew_from')
-- anew where hostname in (select hostname from anew_judged)

with
    days as not materialized (
        select rowid as row_id, *
        from marts.instance_days
        where source <> 'self' and day_on >= getvariable('anew_from')
        union all
        select rowid, *
        from marts.instance_days
        semi join anew_judged using (hostname)
        where source <> 'self' and day_on < getvariable('anew_from')
    ),
    bounds as (
        select
            min(value) filter (where tests = 'users_total') as users_total,
            min(value) filter (where tests = 'users_active_month') as users_active_month,
            min(value) filter (where tests = 'users_active_halfyear') as users_active_halfyear,
            min(value) filter (where tests = 'local_posts') as local_posts,
            min(value) filter (where tests = 'local_comments') as local_comments
        from rules.meaning
        where condition = 'above'
    ),
    special as (
        -- rules that the cheap look at a day's numbers below cannot rule out
        select rule_id, software as software_name
        from rules.meaning
        where
            condition
            not in ('absent', 'above', 'above_total', 'below_month', 'all_equal')
    ),
    is_everything as (
        -- coalesce: there may be no such rule at all
        select coalesce(bool_or(software_name = '*'), false) as is_everything from special
    ),
    looked_at as (
        select
            days.row_id,
            -- coalesce: rules for any software hold for one that is not said too
            coalesce(days.software_name, '') as software_name,
            coalesce(days.software_version, '') as software_version,
            days.users_total,
            days.users_active_month,
            days.users_active_halfyear,
            days.local_posts,
            days.local_comments,
            coalesce(
                days.users_active_month > days.users_total
                or days.users_active_halfyear > days.users_total
                or days.users_active_halfyear < days.users_active_month
                or days.users_total = days.users_active_month
                and days.users_total = days.local_posts
                or days.users_total > bounds.users_total
                or days.users_active_month > bounds.users_active_month
                or days.users_active_halfyear > bounds.users_active_halfyear
                or days.local_posts > bounds.local_posts
                or days.local_comments > bounds.local_comments,
                false
            ) as is_odd
        from days
        cross join bounds
    ),
    candidates as (
        select looked_at.*
        from looked_at
        cross join is_everything
        where
            looked_at.is_odd
            or looked_at.software_name in (select special.software_name from special)
            or is_everything.is_everything
    ),
    versions as (
        select
            software_name, software_version, version_key(software_version) as version_parts
        from (select distinct software_name, software_version from candidates)
    ),
    rules_in_order as (
        select
            row_number() over (order by kind, place) as rank,
            rule_id,
            standing
        from (
            select 1 as kind, place, 'reviewed: ' || hostname as rule_id, standing from rules.hosts
            union all
            select 2, 0, 'cannot-be-meant', 'implausible'
            union all
            select 3, place, rule_id, standing from rules.plausibility
            union all
            select 4, place, rule_id, standing from rules.meaning
        )
    ),
    ruled as (
        select
            versions.software_name,
            versions.software_version,
            ranks.rank,
            special.rule_id is not null as is_special,
            meaning.tests,
            meaning.condition,
            meaning.value,
            meaning.least,
            meaning.field
        from versions
        join
            rules.meaning as meaning
            on (meaning.software = versions.software_name or meaning.software = '*')
            and (
                meaning.version_from is null
                or versions.version_parts >= version_key(meaning.version_from)
            )
            and (
                meaning.version_below is null
                or versions.version_parts < version_key(meaning.version_below)
            )
        join rules_in_order as ranks using (rule_id)
        left join special using (rule_id)
        where meaning.condition <> 'absent'
    ),
    by_meaning as (
        select candidates.row_id, ruled.field, ruled.rank
        from candidates
        join ruled using (software_name, software_version)
        where
            (candidates.is_odd or ruled.is_special)
            and holds(
                ruled.condition,
                case ruled.tests
                    when 'users_total'
                    then candidates.users_total
                    when 'users_active_month'
                    then candidates.users_active_month
                    when 'users_active_halfyear'
                    then candidates.users_active_halfyear
                    when 'local_posts'
                    then candidates.local_posts
                    when 'local_comments'
                    then candidates.local_comments
                end,
                ruled.value,
                ruled.least,
                candidates.users_total,
                candidates.users_active_month,
                candidates.local_posts,
                candidates.local_comments
            )
    ),
    by_time as (
        select days.row_id, '*' as field, ranks.rank
        from days
        join
            marts.suspicions as suspicions
            on suspicions.source = days.source
            and suspicions.hostname = days.hostname
            and days.day_on >= suspicions.from_on
            and (suspicions.until_on is null or days.day_on <= suspicions.until_on)
        join rules_in_order as ranks using (rule_id)
    ),
    by_hand as (
        select days.row_id, reviewed.field, ranks.rank
        from days
        join rules.hosts as reviewed using (hostname)
        join rules_in_order as ranks on ranks.rule_id = 'reviewed: ' || reviewed.hostname
    ),
    said as (
        from by_hand
        union all
        from by_time
        union all
        from by_meaning
        union all
        select days.row_id, unnest(json_keys(days.set_aside)), ranks.rank
        from days
        join rules_in_order as ranks on ranks.rule_id = 'cannot-be-meant'
        where days.set_aside is not null
    ),
    first_ranks as (
        select
            row_id,
            min(rank) filter (where field in ('*', 'users_total')) as users_total,
            min(rank) filter (where field in ('*', 'users_active_month')) as users_active_month,
            min(rank) filter (where field in ('*', 'users_active_halfyear'))
                as users_active_halfyear,
            min(rank) filter (where field in ('*', 'local_posts')) as local_posts,
            min(rank) filter (where field in ('*', 'local_comments')) as local_comments
        from said
        group by row_id
    ),
    names as (
        -- who is first and says `reported` leaves the number as it was said
        select list(case when standing <> 'reported' then rule_id end order by rank) as rule_ids
        from rules_in_order
    ),
    decided as (
        select
            days.source,
            days.hostname,
            days.day_on,
            case
                when days.users_total is not null or json_exists(days.set_aside, '$.users_total')
                then names.rule_ids[first_ranks.users_total]
            end as users_total_rule,
            case
                when
                    days.users_active_month is not null
                    or json_exists(days.set_aside, '$.users_active_month')
                then names.rule_ids[first_ranks.users_active_month]
            end as users_active_month_rule,
            case
                when
                    days.users_active_halfyear is not null
                    or json_exists(days.set_aside, '$.users_active_halfyear')
                then names.rule_ids[first_ranks.users_active_halfyear]
            end as users_active_halfyear_rule,
            case
                when days.local_posts is not null or json_exists(days.set_aside, '$.local_posts')
                then names.rule_ids[first_ranks.local_posts]
            end as local_posts_rule,
            case
                when
                    days.local_comments is not null
                    or json_exists(days.set_aside, '$.local_comments')
                then names.rule_ids[first_ranks.local_comments]
            end as local_comments_rule
        from first_ranks
        join days using (row_id)
        cross join names
    )
select
    decided.source,
    decided.hostname,
    decided.day_on,
    decided.users_total_rule,
    decided.users_active_month_rule,
    decided.users_active_halfyear_rule,
    decided.local_posts_rule,
    decided.local_comments_rule
from decided
where
    coalesce(
        decided.users_total_rule,
        decided.users_active_month_rule,
        decided.users_active_halfyear_rule,
        decided.local_posts_rule,
        decided.local_comments_rule
    )
    is not null
order by decided.source, decided.hostname, decided.day_on
