-- What is told anew, and what was told of edges that are gone.
delete from raw.peer_details
where
    source_id in (select source_id from batch_lists)
    and (source_id, kind_id, target_id) in (
        select (source_id, kind_id, target_id)
        from changed_details
        union all
        select (source_id, kind_id, target_id)
        from gone_edges
    )
;
