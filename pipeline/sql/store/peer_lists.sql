insert into raw.peer_lists by name
from batch_peer_lists
;
