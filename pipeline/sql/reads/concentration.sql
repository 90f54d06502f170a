-- One row per week of one source, measure and kind of holder, the oldest first.
select
    day_on,
    holders_count,
    instances_known,
    value,
    top1_ratio,
    top10_ratio,
    hhi,
    shannon,
    simpson,
    gini,
    b25,
    b50,
    b75,
    b90
from published.marts.concentration_weeks
where source = $source and measure = $measure and holder = $holder and day_on >= $since
order by day_on
