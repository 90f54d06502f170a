-- Lease the hosts whose turn it is: seeds nobody has asked, then servers known to answer, then names
-- by how many independent domains name them, then the rest.
update frontier.hosts
set leased_until = $until
where
    id in (
        select id
        from frontier.hosts
        where
            due_at <= $now
            and (leased_until is null or leased_until <= $now)
            and last_crawl_id is distinct from $crawl_id
            and not exists (
                select 1
                from raw.optouts
                where
                    frontier.hosts.hostname = raw.optouts.hostname
                    or ends_with(frontier.hosts.hostname, '.' || raw.optouts.hostname)
            )
        order by
            is_seed and last_checked_at is null desc,
            last_answered_at is not null desc,
            last_checked_at is null desc,
            named_by_domains_count desc,
            due_at
        limit $count
    )
returning
    hostname,
    is_seed and last_checked_at is null as is_new_seed,
    last_answered_at is not null as has_answered,
    last_checked_at is null as is_new,
    named_by_domains_count,
    peers_due_at,
    last_outcome
;
