-- Admit candidates within their caps: so many of one source, so many strangers of one registrable
-- domain. Hosts of a domain that answer alike count as strangers too: a wildcard farm never grows.
insert into frontier.hosts by name
with
    occupied as (
        select
            registrable_domain,
            count(*) filter (where last_answered_at is null)
            + count(*) filter (where last_answered_at is not null)
            - count(distinct likeness) filter (where last_answered_at is not null)
                as strangers_count
        from frontier.hosts
        where registrable_domain in (select registrable_domain from candidates)
        group by registrable_domain
    ),
    of_source as (
        select *
        from candidates
        qualify
            row_number() over (
                partition by admitted_by order by named_by_domains_count desc, hostname
            )
            <= $per_source
    ),
    of_domain as (
        select
            *,
            row_number() over (
                partition by registrable_domain order by named_by_domains_count desc, hostname
            ) as place
        from of_source
    )
select
    of_domain.id,
    of_domain.hostname,
    of_domain.registrable_domain,
    false as is_seed,
    $now::timestamptz as admitted_at,
    of_domain.admitted_by,
    of_domain.named_by_domains_count,
    $now::timestamptz as due_at,
    0 as failures_count
from of_domain
left join occupied using (registrable_domain)
left join domain_caps using (registrable_domain)
where
    -- a domain nobody has looked at holds no strangers; one nobody reviewed has the common cap
    of_domain.place + coalesce(occupied.strangers_count, 0) <= coalesce(domain_caps.cap, $per_domain)
;
