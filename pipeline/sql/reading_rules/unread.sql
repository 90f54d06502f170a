-- One row per text of rules that is shown and that this reader has not read.
select rules_md5(instance_rules) as rules_md5, any_value(instance_rules) as rules
from kept.last_checks as last_checks
anti join
    (from computed.rules_languages where reader = $reader) as known
    on known.rules_md5 = rules_md5(last_checks.instance_rules)
where len(instance_rules) > 0
group by all
order by all
