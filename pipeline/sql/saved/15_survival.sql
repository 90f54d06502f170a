-- How long do servers live: what share is still there after a month, three months, half a year and a year?
select
    wanted.age_days,
    survival.survival_ratio,
    survival.survival_low_ratio,
    survival.survival_high_ratio,
    survival.at_risk
from (values (30), (91), (182), (365)) as wanted (age_days)
asof join marts.survival as survival
    on survival.grouped_by = 'all' and wanted.age_days >= survival.age_days
-- beyond the last age at which one ended, nothing is estimated
where wanted.age_days <= (select max(age_days) from marts.survival where grouped_by = 'all')
order by wanted.age_days
