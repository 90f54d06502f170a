-- One row per rule by which numbers are judged, with the servers it decides about now.
with
    deciding as (
        select rule_id, count(distinct hostname) as instances_count
        from published.marts.standings
        where rule_id is not null
        group by rule_id
    )
select
    rules.rule_id,
    rules.software,
    rules.field,
    rules.standing,
    rules.reason,
    rules.source,
    rules.added_on,
    -- a rule that decides about nobody: a count of zero
    coalesce(deciding.instances_count, 0) as instances_count
from published.marts.rules
left join deciding using (rule_id)
order by instances_count desc, rules.rule_id
