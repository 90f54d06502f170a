-- One row per hostname that asks to stay out, or not to be counted: on a list or by what it answered.
-- hostname | the host
-- unique hostname

select hostname
from raw.optouts
union
select hostname
from frontier.hosts
where last_outcome = 'opted_out' or is_counting_refused
