-- A process that died leases nothing, and a clock that jumped puts nobody off for ever.
update frontier.hosts
set leased_until = null, due_at = least(due_at, $latest)
where leased_until is not null or due_at > $latest
;
