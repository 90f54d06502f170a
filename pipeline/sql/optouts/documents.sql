-- Documents that only checks of leaving hosts refer to.
create or replace temp table leaving_documents as
with
    named as (
        select
            hostname,
            unnest(from_json(exchanges, '[{"document_hash": "VARCHAR"}]')).document_hash as hash
        from raw.checks
    )
select distinct hash::uuid as hash
from named
semi join leaving using (hostname)
where hash is not null and hash not in (
    select named.hash
    from named
    anti join leaving using (hostname)
    where named.hash is not null
)
;
