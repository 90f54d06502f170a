-- What is remembered of the hosts of a batch.
select hostname, failures_count, failing_since, last_answered_at, peers_due_at, due_at, likeness
from frontier.hosts
semi join batch_visits using (hostname)
;
