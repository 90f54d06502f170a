-- A process that died leases nothing, and a clock that jumped puts nobody off for ever.
update frontier.hosts
set
    leased_until = null,
    due_at = least(due_at, $latest),
    -- null = peers are due at once; `least` leaves nulls out
    peers_due_at = case when peers_due_at is not null then least(peers_due_at, $latest) end
where leased_until is not null or due_at > $latest or peers_due_at > $latest
;
