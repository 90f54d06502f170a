-- Totals by day, as said and audited: what a chart of the whole is drawn from.
select
    day_on,
    users_total,
    users_total_audited,
    users_active_month,
    users_active_month_audited,
    instances_reporting,
    instances_audited,
    instances_known
from marts.network_days
where source = 'herdbook'
order by day_on
