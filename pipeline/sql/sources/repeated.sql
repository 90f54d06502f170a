-- One row per row that is about a host that another row of the same capture is about, and is left out.
create or replace temp table repeated as
with contested as (
    select part, captured_at, hostname
    from typed
    where reason is null
    group by part, captured_at, hostname
    having count(*) > 1
),

ranked as (
    select
        row_number,
        -- one host under two spellings: the row that says more, then the canonical name
        row_number() over (
            partition by part, captured_at, hostname
            order by users_total is null, is_up is null, said_hostname != hostname, row_number
        ) as place
    from typed
    semi join contested using (part, captured_at, hostname)
    where reason is null
)

select row_number
from ranked
where place > 1
