-- One row per instance that was checked and answered at least once, or is a seed, or asks not to be
--    counted. Names that never answered are only counted (`about.instances_known`).
-- hostname | the instance's key
-- title | what it calls itself
-- description | what it says of itself, plain text
-- software_name | canonical name of its software
-- software_version | as it says
-- registration | open, approval, invite, closed or unknown: its own word of the last 7 days it answered,
--    else NodeInfo's flag, unless its software always says the same
-- registration_path | path of its sign-up page
-- minimum_age | least age of its people, where it says [years]
-- is_reason_required | whether an application needs a written reason
-- is_email_required | whether an e-mail address must be confirmed
-- has_captcha | whether a captcha stands before sign-up
-- languages | BCP 47 codes it says it is for
-- languages_detected | languages found in its description, where it says none
-- rules | its rules, plain text
-- rules_languages | BCP 47 codes of languages into which it translates each of its rules, as it says
-- rules_language_detected | language that the text of its rules reads as, found by us;
--    null = none, too short, in several languages, or not sure
-- rules_language_confidence_ratio | probability that the detector gives that language
-- topics | structured topics, lower case
-- users_total | registered users, self-reported; null = not said, or it asks not to be counted
-- users_total_standing | what that number is: reported, withheld, not_said, constant, implausible,
--    contradicted or modelled; `marts.standings` has the rule
-- users_active_month | MAU, self-reported
-- users_active_month_standing | as above
-- users_active_halfyear | users active in 180 days, self-reported
-- local_posts | local posts, self-reported
-- local_posts_standing | as above
-- local_comments | local comments, self-reported
-- domains_known | hosts it says it knows [count]
-- max_characters | longest post [characters]
-- peers_count | entries of its list of known peers; null = hidden or unknown
-- peers_state | what became of that list last
-- named_by_count | instances that name it
-- is_alive | whether it answered validly within 7 days
-- is_counting_refused | whether it asks not to be counted; then it has no numbers
-- last_outcome | how the last check ended
-- last_detail | free text to that outcome
-- checked_at | time of the last check, UTC
-- answered_at | time of the last ok check, UTC; null = it never answered
-- first_seen_at | when it was first named or asked, UTC
-- checks_90d | checks within 90 days, those left out that failed while the crawler itself was cut off;
--    liveness checks of watched servers are counted too
-- answered_90d | of these, ok ones
-- uptime_ratio_90d | answered_90d / checks_90d
-- uptime_low_ratio_90d | lower end of its 95 % interval (Wilson)
-- uptime_high_ratio_90d | upper end of it
-- checks_every_hours_90d | hours between these checks, on average; null = fewer than two
-- users_active_month_30d_ratio | MAU now over MAU 30 days (26 to 40) ago, minus 1; null = unknown
-- users_total_30d_ratio | the same of registered users
-- numbers_source | which document gave the numbers: nodeinfo or instance
-- unique hostname
-- not_null hostname, is_alive, is_counting_refused, last_outcome, checked_at, registration
-- not_null first_seen_at, checks_90d, answered_90d, named_by_count
-- check not is_counting_refused or (users_total is null and local_posts is null)
-- check registration in ('open', 'approval', 'invite', 'closed', 'unknown')
-- check uptime_ratio_90d between 0 and 1 or uptime_ratio_90d is null
-- check uptime_low_ratio_90d <= uptime_ratio_90d and uptime_ratio_90d <= uptime_high_ratio_90d
-- check users_total >= 0 or users_total is null
-- check rules_language_confidence_ratio between 0 and 1 or rules_language_detected is null

with
    looks as (
        select hostname, checked_at, is_ok
        from staging.checks
        union all
        select hostname, checked_at, is_ok
        from staging.liveness
    ),
    samples as (
        select
            checks.hostname,
            count(*) as checks_90d,
            count(*) filter (where checks.is_ok) as answered_90d,
            epoch(max(checks.checked_at) - min(checks.checked_at)) / 3600 as span_hours
        from looks as checks
        anti join
            marts.outage_hours as outages
            on outages.hour_at = date_trunc('hour', checks.checked_at)
            and not checks.is_ok
        where checks.checked_at > getvariable('published_at') - interval 90 days
        group by checks.hostname
    ),
    visits as (
        select
            hosts.hostname,
            hosts.last_checked_at as checked_at,
            hosts.last_outcome,
            last_checks.detail as last_detail,
            coalesce(hosts.is_counting_refused, false) as is_counting_refused,
            hosts.last_answered_at as answered_at,
            -- coalesce: no sample is a count of zero
            coalesce(samples.checks_90d, 0) as checks_90d,
            coalesce(samples.answered_90d, 0) as answered_90d,
            samples.span_hours
        from frontier.hosts as hosts
        semi join staging.listed_hosts using (hostname)
        left join samples using (hostname)
        left join
            kept.last_checks as last_checks
            on last_checks.hostname = hosts.hostname
            and last_checks.checked_at = hosts.last_checked_at
            and last_checks.crawl_id = hosts.last_crawl_id
    ),
    instances as (
        select *
        from kept.last_checks
        where is_answer and has_instance
        qualify checked_at = max(checked_at) over (partition by hostname)
    ),
    answers as (
        select last_checks.*, last_checks.checked_at::date as checked_on
        from kept.last_checks as last_checks
        join
            visits
            on visits.hostname = last_checks.hostname
            and visits.answered_at = last_checks.checked_at
        where last_checks.is_answer
    ),
    months_ago as (
        select
            days.hostname,
            arg_max(days.users_total, days.day_on) as users_total,
            arg_max(days.users_active_month, days.day_on) as users_active_month
        from marts.instance_days as days
        join answers using (hostname)
        where
            days.source = 'herdbook'
            and days.is_up
            and days.day_on between answers.checked_on - 40 and answers.checked_on - 26
        group by days.hostname
    ),
    judged as (
        select
            hostname,
            max(standing) filter (where field = 'users_total') as users_total_standing,
            max(standing) filter (where field = 'users_active_month')
                as users_active_month_standing,
            max(standing) filter (where field = 'local_posts') as local_posts_standing
        from marts.standings
        group by hostname
    )
select
    visits.hostname,
    -- coalesce: NodeInfo speaks where the server's own API is silent
    coalesce(instances.instance_title, answers.nodeinfo_name) as title,
    coalesce(instances.instance_description, answers.nodeinfo_description) as description,
    answers.software_name,
    answers.software_version,
    case
        when instances.checked_at > answers.checked_at - interval 7 days
        then coalesce(instances.instance_registration, 'unknown')
        else coalesce(answers.registration, 'unknown')
    end as registration,
    instances.instance_registration_path as registration_path,
    instances.instance_minimum_age as minimum_age,
    instances.instance_is_reason_required as is_reason_required,
    instances.instance_is_email_required as is_email_required,
    instances.instance_has_captcha as has_captcha,
    case
        when len(instances.instance_languages) > 0
        then instances.instance_languages
        else answers.nodeinfo_languages
    end as languages,
    instances.instance_languages_detected as languages_detected,
    instances.instance_rules as rules,
    instances.instance_rules_languages as rules_languages,
    case
        when read_rules.confidence_ratio >= least_rules_confidence()
        then read_rules.language
    end as rules_language_detected,
    case
        when read_rules.confidence_ratio >= least_rules_confidence()
        then read_rules.confidence_ratio
    end as rules_language_confidence_ratio,
    instances.instance_topics as topics,
    case when not visits.is_counting_refused then answers.users_total end as users_total,
    judged.users_total_standing,
    case when not visits.is_counting_refused then answers.users_active_month end
        as users_active_month,
    judged.users_active_month_standing,
    case when not visits.is_counting_refused then answers.users_active_halfyear end
        as users_active_halfyear,
    case when not visits.is_counting_refused then answers.local_posts end as local_posts,
    judged.local_posts_standing,
    case when not visits.is_counting_refused then answers.local_comments end as local_comments,
    case when not visits.is_counting_refused then instances.instance_domains_known end
        as domains_known,
    instances.instance_max_characters as max_characters,
    peers.peers_count,
    peers.state as peers_state,
    -- nobody names it: a count of zero, not an unknown
    coalesce(named.named_by_count, 0) as named_by_count,
    coalesce(visits.answered_at > getvariable('published_at') - interval 7 days, false) as is_alive,
    visits.is_counting_refused,
    visits.last_outcome,
    visits.last_detail,
    visits.checked_at,
    visits.answered_at,
    listed.first_seen_at,
    visits.checks_90d,
    visits.answered_90d,
    visits.answered_90d / nullif(visits.checks_90d, 0) as uptime_ratio_90d,
    -- at none and at all of the checks the end of the interval is the ratio itself, but for rounding
    least(
        wilson_centre(visits.answered_90d, nullif(visits.checks_90d, 0))
        - wilson_half(visits.answered_90d, visits.checks_90d),
        visits.answered_90d / nullif(visits.checks_90d, 0)
    ) as uptime_low_ratio_90d,
    greatest(
        wilson_centre(visits.answered_90d, nullif(visits.checks_90d, 0))
        + wilson_half(visits.answered_90d, visits.checks_90d),
        visits.answered_90d / nullif(visits.checks_90d, 0)
    ) as uptime_high_ratio_90d,
    visits.span_hours / nullif(visits.checks_90d - 1, 0) as checks_every_hours_90d,
    case
        when not visits.is_counting_refused
        then answers.users_active_month / nullif(months_ago.users_active_month, 0) - 1
    end as users_active_month_30d_ratio,
    case
        when not visits.is_counting_refused
        then answers.users_total / nullif(months_ago.users_total, 0) - 1
    end as users_total_30d_ratio,
    case when not visits.is_counting_refused then answers.numbers_source end as numbers_source
from visits
join staging.listed_hosts as listed using (hostname)
left join judged using (hostname)
left join answers using (hostname)
left join instances using (hostname)
left join
    staging.rules_languages as read_rules
    on read_rules.rules_md5 = rules_md5(instances.instance_rules)
left join months_ago using (hostname)
left join staging.peer_states as peers using (hostname)
left join marts.hostnames as named using (hostname)
order by visits.hostname
