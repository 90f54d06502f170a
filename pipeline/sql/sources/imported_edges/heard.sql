-- One row per row of the file: a peer edge, and why it is left out, if it is.
create or replace temp table heard as
with judged as (
    select
        said.row_number,
        said.captured_at as said_captured_at,
        case
            when sources.hostname is null then said.source_hostname else said.target
        end as said_hostname,
        coalesce($captured_at::timestamptz, moments.captured_at) as captured_at,
        sources.hostname as source_hostname,
        left(said.target, 253) as target,
        targets.hostname as target_hostname,
        coalesce(kinds.ours, lower(text_of(said.kind)), 'knows') as kind,
        case
            when $captured_at::timestamptz is null and moments.reason is not null
                then moments.reason
            when said.source_hostname is null then 'no hostname'
            when text_of(said.target) is null then 'no target'
            else sources.reason
        end as row_reason
    from said
    left join names as sources on sources.said = said.source_hostname
    left join names as targets on targets.said = said.target
    left join moments on moments.said is not distinct from said.captured_at
    left join
        translations as kinds
        on kinds.field = 'kind'
        and kinds.theirs = lower(trim(said.kind))
),

reasoned as (
    select
        judged.*,
        coalesce(
            row_reason,
            case
                when kind not in ('knows', 'allows', 'blocks')
                    then 'kind: none of knows, allows, blocks'
            end
        ) as reason
    from judged
)

select
    reasoned.* exclude (reason, row_reason),
    source_hostname as hostname,
    coalesce(
        reason,
        case
            when
                row_number() over (
                    -- rows that are left out anyway take nobody's place
                    partition by captured_at, source_hostname, target, kind, reason
                    order by row_number
                )
                > 1
                then 'the same edge twice in one capture'
        end
    ) as reason,
    cast(null as struct(field varchar, reason varchar, said varchar)[]) as faults
from reasoned
