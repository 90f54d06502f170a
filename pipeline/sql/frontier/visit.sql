-- End the leases of visited hosts and say when they are due again.
update frontier.hosts
set
    due_at = visits.due_at,
    peers_due_at = visits.peers_due_at,
    leased_until = null,
    last_crawl_id = $crawl_id,
    last_checked_at = visits.started_at,
    last_answered_at = visits.last_answered_at,
    last_outcome = visits.outcome,
    is_counting_refused = visits.is_counting_refused,
    failures_count = visits.failures_count,
    failing_since = visits.failing_since,
    likeness = visits.likeness
from batch_visits as visits
where frontier.hosts.hostname = visits.hostname
;
