-- Admit names by hand or by one's own visit: no cap applies.
insert into frontier.hosts by name
select
    batch_seeds.id,
    batch_seeds.hostname,
    batch_seeds.registrable_domain,
    batch_seeds.is_seed,
    $now::timestamptz as admitted_at,
    0 as named_by_domains_count,
    $now::timestamptz as due_at,
    0 as failures_count
from batch_seeds
anti join frontier.hosts using (hostname)
where
    ($admits_reserved or not regexp_matches(batch_seeds.hostname, '\.(example|test)$'))
    and not exists (
        select 1
        from raw.optouts
        where
            batch_seeds.hostname = raw.optouts.hostname
            or ends_with(batch_seeds.hostname, '.' || raw.optouts.hostname)
    )
;
