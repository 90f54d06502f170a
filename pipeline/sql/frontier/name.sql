-- Count independent domains that now name a host nobody has visited: it is visited sooner.
update frontier.hosts
set named_by_domains_count = frontier.hosts.named_by_domains_count + namings.domains_count
from (
    with
        -- a list names a host once, so lists are domains, but where a domain has several
        of_lists as (
            select target_id, count(*) as lists_count from added_edges group by target_id
        ),
        siblings as (
            select source_id, kind_id, domain_id
            from batch_lists
            qualify count(*) over (partition by domain_id) > 1
        ),
        of_siblings as (
            select target_id, count(*) - count(distinct siblings.domain_id) as repeated_count
            from added_edges
            join siblings using (source_id, kind_id)
            group by target_id
        )
    select target_id, lists_count - coalesce(repeated_count, 0) as domains_count
    from of_lists
    left join of_siblings using (target_id)
) as namings
where frontier.hosts.id = namings.target_id and frontier.hosts.last_checked_at is null
;
