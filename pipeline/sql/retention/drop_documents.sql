-- Documents that no check since then has received.
delete from raw.documents
where
    first_seen_at < $before
    and hash not in (
        select named.hash::uuid
        from (
            select unnest(from_json(exchanges, '[{"document_hash": "VARCHAR"}]')).document_hash as hash
            from raw.checks
            where started_at >= $before and exchanges is not null
        ) as named
        where named.hash is not null
    )
;
