-- An edge that is gone stays where it was written, and its end is a row beside it: taking it out of its place
-- cost two bytes more than it ever took. What holds now is a view.
alter table raw.peer_edges rename to peer_edges_told;

insert into raw.peer_edges_told by name
select source_id, kind_id, target_id, first_seen_at
from raw.peer_edges_past
order by source_id, kind_id, target_id;

-- One row per edge that holds now: source said it of target, first in the list of first_seen_at.
create view raw.peer_edges as
select source_id, kind_id, target_id, first_seen_at
from raw.peer_edges_told
anti join raw.peer_edges_past using (source_id, kind_id, target_id, first_seen_at);
