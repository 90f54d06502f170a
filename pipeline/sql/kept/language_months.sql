-- One row per instance, month and words in which its own checks found its languages: years of the same
--    words are a few rows.
-- hostname | the instance
-- month_on | first day of the month, UTC
-- instance_languages | as its own description names them
-- nodeinfo_languages | as NodeInfo names them
-- instance_languages_detected | as found in its description
-- from_at | the first check of the month that found it so, UTC
-- until_at | the last one, UTC
-- checks_count | checks that did
-- unique hostname, month_on, instance_languages, nodeinfo_languages, instance_languages_detected
-- not_null hostname, month_on, from_at, until_at, checks_count
-- anew where month_on >= date_trunc('month', getvariable('anew_from'))
-- anew where hostname in (select hostname from anew_hosts)

with
    answers as (
        select hostname, started_at, instance_languages, nodeinfo_languages, instance_languages_detected
        from raw.checks
        where
            outcome = 'ok' and started_at >= date_trunc('month', getvariable('anew_from'))
        union all
        select hostname, started_at, instance_languages, nodeinfo_languages, instance_languages_detected
        from raw.checks
        semi join anew_hosts using (hostname)
        where
            outcome = 'ok' and started_at < date_trunc('month', getvariable('anew_from'))
    )
select
    hostname,
    date_trunc('month', started_at)::date as month_on,
    instance_languages,
    nodeinfo_languages,
    instance_languages_detected,
    min(started_at) as from_at,
    max(started_at) as until_at,
    count(*) as checks_count
from answers
semi join staging.listed_hosts using (hostname)
where
    len(instance_languages) > 0
    or len(nodeinfo_languages) > 0
    or len(instance_languages_detected) > 0
group by all
order by hostname, month_on, from_at
