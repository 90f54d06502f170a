-- Hosts of one list in one revision as it was served: what is no hostname is in marts.rejected_rows.
with
    listed as (
        select source, captured_at
        from marts.observations
        union all
        select source, captured_at
        from marts.rejected_rows
    )
select count(*) as hosts
from listed
where source = 'fediverse-observer/mastodonredirect' and captured_at::date = '2024-01-22'
