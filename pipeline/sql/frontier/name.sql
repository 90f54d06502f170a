-- Count independent domains that now name a host nobody has visited: it is visited sooner.
update frontier.hosts
set named_by_domains_count = frontier.hosts.named_by_domains_count + namings.domains_count
from (
    select added_edges.target_id, count(distinct batch_lists.domain_id) as domains_count
    from added_edges
    join batch_lists using (source_id, kind_id)
    group by added_edges.target_id
) as namings
where frontier.hosts.id = namings.target_id and frontier.hosts.last_checked_at is null
;
