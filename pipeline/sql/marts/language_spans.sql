-- One row per instance and stretch of time in which its own checks found the same set of languages:
--    since when it is for whom. Checks that brought no language end no stretch.
-- hostname | the instance
-- from_at | the first check that found it so, UTC
-- until_at | the last one, UTC; the next stretch began somewhere between it and the next check
-- languages | primary subtags of BCP 47, lower case, sorted
-- is_detected | whether they were found in its description, where it named none
-- checks_count | checks that found it so
-- is_last | whether nothing else was found since
-- unique hostname, from_at
-- not_null hostname, from_at, until_at, languages, is_detected, checks_count, is_last
-- check until_at >= from_at
-- check len(languages) > 0

with
    answers as not materialized (
        select hostname, started_at, instance_languages, nodeinfo_languages, instance_languages_detected
        from raw.checks
        semi join staging.listed_hosts using (hostname)
        where
            outcome = 'ok'
            and (
                len(instance_languages) > 0
                or len(nodeinfo_languages) > 0
                or len(instance_languages_detected) > 0
            )
    ),
    words as (
        select
            hostname,
            instance_languages,
            nodeinfo_languages,
            instance_languages_detected,
            min(from_at) as from_at,
            max(until_at) as until_at,
            sum(checks_count) as checks_count
        from kept.language_months
        group by
            hostname, instance_languages, nodeinfo_languages, instance_languages_detected
    ),
    sets as (
        select
            *,
            list_sort(
                list_distinct(
                    list_transform(
                        case
                            when len(instance_languages) > 0
                            then instance_languages
                            when len(nodeinfo_languages) > 0
                            then nodeinfo_languages
                            else instance_languages_detected
                        end,
                        lambda code: lower(split_part(code, '-', 1))
                    )
                )
            ) as languages,
            -- coalesce: no description of its own names no language either
            coalesce(len(instance_languages), 0) + coalesce(len(nodeinfo_languages), 0) = 0
                as is_detected
        from words
    ),
    changing as (
        select hostname
        from sets
        group by hostname
        having count(distinct (languages, is_detected)) > 1
    ),
    found as (
        select
            answers.hostname,
            answers.started_at,
            sets.languages,
            sets.is_detected,
            row_number() over (partition by answers.hostname order by answers.started_at)
            - row_number() over (
                partition by answers.hostname, sets.languages, sets.is_detected
                order by answers.started_at
            ) as stretch
        from answers
        semi join changing on changing.hostname = answers.hostname
        join
            sets
            on sets.hostname = answers.hostname
            and sets.instance_languages is not distinct from answers.instance_languages
            and sets.nodeinfo_languages is not distinct from answers.nodeinfo_languages
            and sets.instance_languages_detected
            is not distinct from answers.instance_languages_detected
    ),
    stretches as (
        select
            hostname,
            min(started_at) as from_at,
            max(started_at) as until_at,
            languages,
            is_detected,
            count(*) as checks_count
        from found
        group by hostname, languages, is_detected, stretch
        union all
        select
            hostname,
            min(from_at),
            max(until_at),
            languages,
            is_detected,
            sum(checks_count)::bigint
        from sets
        anti join changing using (hostname)
        group by hostname, languages, is_detected
    )
select
    hostname,
    from_at,
    until_at,
    languages,
    is_detected,
    checks_count,
    until_at = max(until_at) over (partition by hostname) as is_last
from stretches
order by hostname, from_at
