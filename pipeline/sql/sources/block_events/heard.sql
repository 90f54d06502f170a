-- One row per row of the file: an entry of a block list, and why it is left out, if it is.
create or replace temp table heard as
with judged as (
    select
        said.row_number,
        said.captured_at as said_captured_at,
        said.target as said_hostname,
        coalesce($captured_at::timestamptz, moments.captured_at) as captured_at,
        lower(left(text_of(said.list), 253)) as list,
        -- a list without events is one as it stands
        coalesce(events.ours, lower(text_of(said.event)), 'listed') as event,
        left(said.target, 253) as target,
        names.hostname,
        coalesce(severities.ours, lower(text_of(said.severity))) as severity,
        case when $captured_at::timestamptz is null then moments.reason end as time_reason
    from said
    left join names on names.said = said.target
    left join moments on moments.said is not distinct from said.captured_at
    left join
        translations as events
        on events.field = 'event'
        and events.theirs = lower(trim(said.event))
    left join
        translations as severities
        on severities.field = 'severity'
        and severities.theirs = lower(trim(said.severity))
),

reasoned as (
    select
        judged.*,
        case
            when time_reason is not null then time_reason
            when text_of(target) is null then 'no target'
            when list is null then 'no list'
            when event not in ('add', 'change', 'remove', 'listed')
                then 'event: none of add, change, remove, listed'
        end as reason
    from judged
)

select
    reasoned.* exclude (reason, time_reason),
    coalesce(
        reason,
        case
            when
                row_number() over (
                    -- rows that are left out anyway take nobody's place
                    partition by list, captured_at, target, reason order by row_number
                )
                > 1
                then 'the same target twice in one capture'
        end
    ) as reason,
    cast(null as struct(field varchar, reason varchar, said varchar)[]) as faults
from reasoned
