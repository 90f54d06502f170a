-- What is told anew.
delete from raw.peer_details
using changed_details
where
    raw.peer_details.source_id = changed_details.source_id
    and raw.peer_details.kind_id = changed_details.kind_id
    and raw.peer_details.target_id = changed_details.target_id
;
