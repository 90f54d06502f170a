-- Lemmy on three days: instances, MAU, the largest, the share of the ten largest, Herfindahl-Hirschman.
with
    shares as (
        select
            captured_at::date as day_on,
            hostname,
            users_active_month,
            users_active_month / sum(users_active_month) over (partition by captured_at) as share,
            row_number() over (
                partition by captured_at order by users_active_month desc, hostname
            ) as place
        from marts.observations
        where
            source = 'awesome-lemmy-instances'
            and captured_at::date in ('2023-08-05', '2024-01-31', '2024-03-03')
    )
select
    day_on::varchar as day_on,
    count(*) as instances,
    sum(users_active_month)::bigint as mau,
    arg_max(hostname, users_active_month) as top,
    max(users_active_month) as top_mau,
    round(sum(share) filter (where place <= 10), 6) as top10,
    round(sum(share * share) * 10000, 2) as hhi
from shares
group by day_on
order by day_on
