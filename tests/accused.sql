-- One row per server, day and rule: whose users or MAU a verdict calls untrue.
select verdicts.hostname, verdicts.day_on, rule_id
from marts.verdicts
join marts.rules using (rule_id)
where
    verdicts.field in ('users_total', 'users_active_month')
    and (
        verdicts.standing in ('implausible', 'contradicted')
        -- what one software always says accuses nobody
        or verdicts.standing = 'constant' and rules.software is null
    )
