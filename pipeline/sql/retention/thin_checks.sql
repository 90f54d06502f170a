-- Of a conversation that is no longer published, what leads to its documents stays; the rest goes.
update raw.checks
set exchanges = case
    when contains(exchanges, '"document_hash"')
    then to_json(
        list_transform(
            list_filter(
                from_json(
                    exchanges,
                    '[{"path": "VARCHAR", "method": "VARCHAR", "purpose": "VARCHAR", "status": "INTEGER", "document_hash": "VARCHAR"}]'
                ),
                lambda exchange: exchange.document_hash is not null
            ),
            lambda exchange: {
                path: exchange.path,
                'method': exchange.method,
                'purpose': exchange.purpose,
                status: exchange.status,
                document_hash: exchange.document_hash,
                is_thinned: true
            }
        )
    )::varchar
end
where
    started_at < $before
    and exchanges is not null
    and not contains(exchanges, '"is_thinned"')
;
