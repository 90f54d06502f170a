-- One row per group and age at which a server ended, the youngest first.
select
    name,
    age_days,
    at_risk,
    ended,
    survival_ratio,
    survival_low_ratio,
    survival_high_ratio,
    instances_known
from published.marts.survival
where grouped_by = $grouped_by
order by name, age_days
