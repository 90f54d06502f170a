-- One row per number of one server, now: what it is, and the rule that says so in its own words.
select
    standings.field,
    standings.value,
    standings.standing,
    standings.rule_id,
    rules.reason,
    rules.source as rule_source,
    standings.evidence,
    standings.said_on
from published.marts.standings
left join published.marts.rules using (rule_id)
where standings.hostname = $hostname
order by
    list_position(
        ['users_total', 'users_active_month', 'users_active_halfyear', 'local_posts', 'local_comments'],
        standings.field
    )
