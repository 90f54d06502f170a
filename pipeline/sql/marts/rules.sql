-- One row per rule by which numbers are judged, from all the hand-kept files.
-- rule_id | the rule
-- software | canonical name of the software it is about; null = of any
-- field | the number it is about; null = all of them
-- standing | what it makes of the number
-- reason | why, in words
-- source | who says so
-- added_on | since when the rule is kept
-- unique rule_id
-- not_null rule_id, standing, reason, source, added_on

select
    rule_id,
    nullif(software, '*') as software,
    nullif(field, '*') as field,
    standing,
    reason,
    source,
    added_on::date as added_on
from rules.meaning
union all
select rule_id, null, nullif(field, '*'), standing, reason, source, added_on::date
from rules.plausibility
union all
select 'reviewed: ' || hostname, null, nullif(field, '*'), standing, reason, source, added_on::date
from rules.hosts
union all
values
    (
        'asked-not-to-be-counted',
        null,
        null,
        'withheld',
        'The server asks not to be counted (robots.txt, X-Robots-Tag or a flag), so no number of it is kept',
        'RFC 9309; the server itself',
        date '2026-11-25'
    ),
    (
        'numbers-withheld',
        null,
        null,
        'withheld',
        'The server withholds its numbers on purpose',
        'the server itself: an empty usage.users, or hide_in_statistics',
        date '2026-11-25'
    ),
    (
        'cannot-be-meant',
        null,
        null,
        'implausible',
        'The number that was said cannot be one, e.g. below zero; it is kept aside and in no sum',
        'NodeInfo 2.1 schema: counts have a minimum of zero',
        date '2026-11-25'
    ),
    (
        'not-said',
        null,
        null,
        'not_said',
        'The server did not say this number',
        'the server itself',
        date '2026-11-25'
    )
order by rule_id
