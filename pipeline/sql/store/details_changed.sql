-- Details that are new or differ from what is kept, in the table's own order of columns.
create or replace temp table changed_details as
with
    told as (
        (from raw.peer_details limit 0)
        union all by name
        from batch_details
    ),
    known as (
        from raw.peer_details
        where source_id in (select source_id from batch_lists)
    )
select columns(* exclude (seen_at))
from told
except
select columns(* exclude (seen_at))
from known
;
