-- One row per number of one server that one source said and that is not taken as it was said, the oldest first.
select
    verdicts.day_on,
    verdicts.field,
    verdicts.standing,
    verdicts.rule_id,
    rules.reason
from published.marts.verdicts
join published.marts.rules using (rule_id)
where verdicts.hostname = $hostname and verdicts.source = $source
order by verdicts.day_on, verdicts.field
