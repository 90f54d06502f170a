insert into raw.peer_details by name
from batch_details
semi join changed_details using (source_id, kind_id, target_id)
;
