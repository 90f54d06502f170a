-- One row per day of one source and measure, the oldest first: change over the same servers, the rest apart.
-- The index begins at 1 on the first day asked for.
select
    day_on,
    before_on,
    instances_in_panel,
    value_before,
    value_after,
    growth_ratio,
    index_chained / first_value(index_chained) over (order by day_on) as index_chained,
    instances_born,
    value_born,
    instances_discovered,
    value_discovered,
    instances_returned,
    value_returned,
    instances_left,
    value_left,
    instances_broken,
    value_broken
from published.marts.growth_days
where source = $source and measure = $measure and day_on >= $since
order by day_on
