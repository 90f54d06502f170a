-- One row per instance that tells its own past and had none twelve weeks before it told it first: it was born,
--    not only found.
-- hostname | the instance
-- unique hostname
-- not_null hostname

select hostname
from marts.instance_days
where source = 'self'
group by hostname
having
    coalesce(
        arg_min(logins, day_on) + arg_min(statuses, day_on) + arg_min(registrations, day_on), 0
    )
    = 0
order by hostname
