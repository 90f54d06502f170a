-- Keep liveness checks; who asks to stay out, or to come later, is believed by the census too.
insert into raw.liveness_checks by name
select crawl_id, hostname, started_at, seconds, outcome, requests_count, body_bytes
from batch_looks
;
update frontier.hosts
set due_at = looks.due_at
from batch_looks as looks
where
    frontier.hosts.hostname = looks.hostname
    and (
        (looks.outcome = 'opted_out' and looks.due_at < frontier.hosts.due_at)
        or (looks.outcome = 'rate_limited' and looks.due_at > frontier.hosts.due_at)
    )
;
