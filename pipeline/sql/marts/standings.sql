-- One row per listed instance and number, now: the number, what it is, and the rule that says so.
-- hostname | the instance
-- field | users_total, users_active_month, users_active_halfyear, local_posts or local_comments
-- value | the number of the last answer; null = none
-- standing | reported, withheld, not_said, constant, implausible, contradicted or modelled
-- rule_id | the rule that decided (marts.rules); null = none had to: the number is `reported`
-- evidence | what time, neighbours or siblings show, in words, where a rule rests on them
-- said_on | day of the answer, UTC; null = it never answered
-- unique hostname, field
-- not_null hostname, field, standing
-- check standing = 'reported' or rule_id is not null
-- check standing <> 'reported' or value is not null

with
    refusing as (
        select
            hostname,
            coalesce(is_counting_refused, false) as is_counting_refused,
            last_answered_at
        from frontier.hosts
        semi join staging.listed_hosts using (hostname)
    ),
    answers as (
        select last_checks.*, last_checks.checked_at::date as checked_on
        from kept.last_checks as last_checks
        join
            refusing
            on refusing.hostname = last_checks.hostname
            and refusing.last_answered_at = last_checks.checked_at
        where last_checks.is_answer
    ),
    numbers as (
        select
            refusing.hostname,
            refusing.is_counting_refused,
            answers.checked_on as said_on,
            coalesce(answers.is_withheld, false) as is_withheld,
            -- coalesce: rules for any software hold for one that is not said too
            coalesce(answers.software_name, '') as software_name,
            version_key(coalesce(answers.software_version, '')) as version_parts,
            unnest(
                [
                    {'field': 'users_total', 'value': answers.users_total},
                    {'field': 'users_active_month', 'value': answers.users_active_month},
                    {'field': 'users_active_halfyear', 'value': answers.users_active_halfyear},
                    {'field': 'local_posts', 'value': answers.local_posts},
                    {'field': 'local_comments', 'value': answers.local_comments}
                ],
                recursive := true
            )
        from refusing
        left join answers using (hostname)
    ),
    judged as (
        select judged_days.*
        from marts.judged_days as judged_days
        join
            answers
            on answers.hostname = judged_days.hostname
            and answers.checked_on = judged_days.day_on
        where judged_days.source = 'herdbook'
    ),
    verdicts as (
        select decided.hostname, decided.field, decided.rule_id, marts.rules.standing
        from
            (
                select
                    hostname,
                    unnest(
                        [
                            {'field': 'users_total', 'rule_id': users_total_rule},
                            {'field': 'users_active_month', 'rule_id': users_active_month_rule},
                            {
                                'field': 'users_active_halfyear',
                                'rule_id': users_active_halfyear_rule
                            },
                            {'field': 'local_posts', 'rule_id': local_posts_rule},
                            {'field': 'local_comments', 'rule_id': local_comments_rule}
                        ],
                        recursive := true
                    )
                from judged
            ) as decided
        join marts.rules using (rule_id)
    ),
    absent as (
        select
            numbers.hostname,
            numbers.field,
            arg_min(meaning.standing, meaning.place) as standing,
            arg_min(meaning.rule_id, meaning.place) as rule_id
        from numbers
        join
            rules.meaning as meaning
            on meaning.condition = 'absent'
            and meaning.field = numbers.field
            and meaning.software = numbers.software_name
        where
            numbers.value is null
            and (
                meaning.version_from is null
                or numbers.version_parts >= version_key(meaning.version_from)
            )
            and (
                meaning.version_below is null
                or numbers.version_parts < version_key(meaning.version_below)
            )
        group by numbers.hostname, numbers.field
    )
select
    numbers.hostname,
    numbers.field,
    case when not numbers.is_counting_refused then numbers.value end as value,
    case
        when numbers.is_counting_refused
        then 'withheld'
        when numbers.value is not null
        then coalesce(verdicts.standing, 'reported')
        when verdicts.standing is not null
        then verdicts.standing
        when numbers.is_withheld
        then 'withheld'
        else coalesce(absent.standing, 'not_said')
    end as standing,
    case
        when numbers.is_counting_refused
        then 'asked-not-to-be-counted'
        when numbers.value is not null or verdicts.rule_id is not null
        then verdicts.rule_id
        when numbers.is_withheld
        then 'numbers-withheld'
        else coalesce(absent.rule_id, 'not-said')
    end as rule_id,
    suspicions.evidence,
    numbers.said_on
from numbers
left join absent using (hostname, field)
left join verdicts using (hostname, field)
left join
    marts.suspicions as suspicions
    on suspicions.source = 'herdbook'
    and suspicions.hostname = numbers.hostname
    and suspicions.rule_id = verdicts.rule_id
order by numbers.hostname, numbers.field
