-- One row per shown host and check that is shown of it: its last one, its last answer, and its last
--    answer with a description of its own. Columns as in staging.reports.
-- hostname | the host
-- checked_at | when the check began, UTC
-- crawl_id | the crawl it belongs to; null = an answer that is not the last check
-- detail | free text to the outcome of the last check
-- is_answer | whether it is an answer
-- is_counting_refused | as in staging.reports
-- is_withheld | as in staging.reports
-- software_name | as in staging.reports
-- software_version | as in staging.reports
-- users_total | as in staging.reports
-- users_active_month | as in staging.reports
-- users_active_halfyear | as in staging.reports
-- local_posts | as in staging.reports
-- local_comments | as in staging.reports
-- numbers_source | as in staging.reports
-- registration | as in staging.reports
-- has_instance | as in staging.reports
-- nodeinfo_name | as in staging.reports
-- nodeinfo_description | as in staging.reports
-- nodeinfo_languages | as in staging.reports
-- instance_title | as in staging.reports
-- instance_description | as in staging.reports
-- instance_registration | as in staging.reports
-- instance_registration_path | as in staging.reports
-- instance_minimum_age | as in staging.reports
-- instance_is_reason_required | as in staging.reports
-- instance_is_email_required | as in staging.reports
-- instance_has_captcha | as in staging.reports
-- instance_languages | as in staging.reports
-- instance_languages_detected | as in staging.reports
-- instance_rules | as in staging.reports
-- instance_rules_languages | as in staging.reports
-- instance_topics | as in staging.reports
-- instance_domains_known | as in staging.reports
-- instance_max_characters | as in staging.reports
-- unique hostname, checked_at
-- not_null hostname, checked_at, is_answer
-- anew where hostname in (select hostname from anew_asked)

with
    checks as (
        select hostname, started_at, crawl_id, detail, outcome = 'ok' as is_answer, has_instance
        from raw.checks
        where started_at >= getvariable('anew_from')
    ),
    lacking as (
        -- whose last answer, or description, was before
        select hostname
        from anew_asked
        left join checks using (hostname)
        group by hostname
        having
            not coalesce(bool_or(checks.is_answer and checks.has_instance), false)
            or hostname in (select hostname from anew_hosts)
    ),
    all_checks as (
        from checks
        union all
        select hostname, started_at, crawl_id, detail, outcome = 'ok', has_instance
        from raw.checks
        semi join lacking using (hostname)
        where started_at < getvariable('anew_from')
    ),
    moments as (
        select
            hostname,
            max(started_at) as checked_at,
            max(started_at) filter (where is_answer) as answered_at,
            max(started_at) filter (where is_answer and has_instance) as described_at
        from all_checks
        semi join staging.listed_hosts using (hostname)
        group by hostname
    ),
    shown as (
        select hostname, answered_at as checked_at from moments where answered_at is not null
        union
        select hostname, described_at from moments where described_at is not null
    ),
    last_checks as (
        select all_checks.*
        from all_checks
        join
            moments
            on moments.hostname = all_checks.hostname
            and moments.checked_at = all_checks.started_at
    ),
    reports as (
        select reports.*
        from staging.reports as reports
        semi join shown using (hostname, checked_at)
        where reports.checked_at >= getvariable('anew_from')
        union all
        select reports.*
        from staging.reports as reports
        semi join
            (from shown where checked_at < getvariable('anew_from')) as shown
            using (hostname, checked_at)
        where reports.checked_at < getvariable('anew_from')
    )
select
    coalesce(reports.hostname, last_checks.hostname) as hostname,
    coalesce(reports.checked_at, last_checks.started_at) as checked_at,
    last_checks.crawl_id,
    last_checks.detail,
    reports.hostname is not null as is_answer,
    reports.is_counting_refused,
    reports.is_withheld,
    reports.software_name,
    reports.software_version,
    reports.users_total,
    reports.users_active_month,
    reports.users_active_halfyear,
    reports.local_posts,
    reports.local_comments,
    reports.numbers_source,
    reports.registration,
    reports.has_instance,
    reports.nodeinfo_name,
    reports.nodeinfo_description,
    reports.nodeinfo_languages,
    reports.instance_title,
    reports.instance_description,
    reports.instance_registration,
    reports.instance_registration_path,
    reports.instance_minimum_age,
    reports.instance_is_reason_required,
    reports.instance_is_email_required,
    reports.instance_has_captcha,
    reports.instance_languages,
    reports.instance_languages_detected,
    reports.instance_rules,
    reports.instance_rules_languages,
    reports.instance_topics,
    reports.instance_domains_known,
    reports.instance_max_characters
from reports
full join last_checks
    on last_checks.hostname = reports.hostname and last_checks.started_at = reports.checked_at
order by hostname, checked_at
