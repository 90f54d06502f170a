-- One row for a server that may be listed: what speaks against suggesting it to whoever wishes this.
select
    hostname,
    registration,
    software_name,
    language_codes,
    answered_at,
    users_active_month,
    users_active_month_standing,
    users_total,
    uptime_ratio_90d,
    against
from candidates($now, $turn_of, $wished, $gates, $weights)
where hostname = $hostname
