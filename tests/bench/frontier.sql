-- A frontier as a crawl leaves it: every name known, three of ten alive, a quarter due now.
insert into raw.hostnames by name
select
    n::integer as id,
    'h' || n || '.example' as hostname,
    'h' || n || '.example' as registrable_domain
from range(getvariable('names')) as numbers (n)
;
insert into frontier.hosts by name
select
    n::integer as id,
    'h' || n || '.example' as hostname,
    'h' || n || '.example' as registrable_domain,
    false as is_seed,
    timestamptz '2026-03-01 00:00:00+00' as admitted_at,
    (hash(n) % 40)::integer as named_by_domains_count,
    timestamptz '2026-03-20 00:00:00+00' + interval (hash(n + 1) % 4 * 12) hour as due_at,
    'before' as last_crawl_id,
    timestamptz '2026-03-18 00:00:00+00' as last_checked_at,
    case when hash(n) % 10 < 3 then timestamptz '2026-03-18 00:00:00+00' end as last_answered_at,
    case when hash(n) % 10 < 3 then 'ok' else 'dns_failed' end as last_outcome,
    case when hash(n) % 10 < 3 then 0 else 5 end as failures_count,
    hash(n) as likeness
from range(getvariable('names')) as numbers (n)
;
