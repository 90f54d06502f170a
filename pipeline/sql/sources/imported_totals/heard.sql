-- One row per row of the file: a total, and why it is left out, if it is.
create or replace temp table heard as
with judged as (
    select
        said.row_number,
        said.captured_at as said_captured_at,
        -- what a total is of stands where an instance has its name
        coalesce(said.software_version, said.software_name) as said_hostname,
        cast(null as varchar) as hostname,
        coalesce($captured_at::timestamptz, moments.captured_at) as captured_at,
        lower(coalesce(words.ours, text_of(said.software_name))) as software_name,
        text_of(said.software_version) as software_version,
        number_of(said.instances) as instances,
        number_of(said.users_total) as users_total,
        number_of(said.users_active_month) as users_active_month,
        number_of(said.local_posts) as local_posts,
        list_filter(
            [
                {'field': 'instances', 'reason': number_fault(said.instances), 'said': said.instances},
                {
                    'field': 'users_total',
                    'reason': number_fault(said.users_total),
                    'said': said.users_total
                },
                {
                    'field': 'users_active_month',
                    'reason': number_fault(said.users_active_month),
                    'said': said.users_active_month
                },
                {
                    'field': 'local_posts',
                    'reason': number_fault(said.local_posts),
                    'said': said.local_posts
                }
            ],
            lambda fault: fault.reason is not null
        ) as all_faults,
        case when $captured_at::timestamptz is null then moments.reason end as time_reason
    from said
    left join moments on moments.said is not distinct from said.captured_at
    left join
        translations as words
        on words.field = 'software_name'
        and words.theirs = lower(trim(said.software_name))
),

reasoned as (
    select
        judged.*,
        case
            when time_reason is not null then time_reason
            -- coalesce: whether any of them was said
            when coalesce(instances, users_total, users_active_month, local_posts) is null
                then 'no number'
        end as reason
    from judged
)

select
    reasoned.* exclude (reason, time_reason, all_faults),
    case when len(all_faults) > 0 then all_faults end as faults,
    coalesce(
        reason,
        case
            when
                row_number() over (
                    -- rows that are left out anyway take nobody's place
                    partition by captured_at, software_name, software_version, reason
                    order by row_number
                )
                > 1
                then 'the same total twice in one capture'
        end
    ) as reason
from reasoned
