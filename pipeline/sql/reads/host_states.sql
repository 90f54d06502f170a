-- One row per state: how many hosts are in it. Those of `frontier` overlap; those of `outcome` are servers by how their last check ended.
with
    about as (from published.marts.about)
select 'frontier' as kind, 'admitted' as state, instances_known as hosts_count
from about
union all
select 'frontier', 'alive', instances_alive
from about
union all
select 'frontier', 'checked_7d', instances_checked_7d
from about
union all
select 'frontier', 'refusing', instances_refusing
from about
union all
select 'frontier', 'opted_out', instances_opted_out
from about
union all
select 'frontier', 'held', names_held
from about
union all
select 'outcome', last_outcome, count(*)
from published.marts.instances
group by last_outcome
order by kind, state
