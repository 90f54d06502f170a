-- Concentration in the same capture as served: shares of all registered users, instances that hold half
-- and nine tenths of them, the median, Herfindahl-Hirschman (0 to 10,000) and Shannon (nats).
with
    listed as (
        select source, captured_at, hostname as name, users_total
        from marts.observations
        union all by name
        select source, captured_at, said as name, users_total
        from marts.rejected_rows
    ),
    shares as (
        select
            source,
            name,
            users_total,
            users_total / sum(users_total) over (partition by source) as share,
            row_number() over (partition by source order by users_total desc, name) as place
        from listed
        where
            date_trunc('minute', captured_at) = timestamptz '2022-11-20 23:42:00+00'
            and users_total is not null
    ),
    held as (
        select *, sum(share) over (partition by source order by place) as held from shares
    )
select
    source,
    round(sum(share) filter (where place <= 10), 6) as top10,
    round(max(share) filter (where name = 'mastodon.social'), 6) as ms,
    min(place) filter (where held >= 0.5) as n50,
    min(place) filter (where held >= 0.9) as n90,
    median(users_total) as median,
    round(sum(share * share) * 10000, 2) as hhi,
    round(-sum(share * ln(nullif(share, 0))), 4) as shannon
from held
group by source
order by source
