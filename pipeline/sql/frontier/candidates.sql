-- Those of `named` that may be asked at all: no reserved name on the live network, nobody who opted out.
create or replace temp table candidates as
select
    named.id,
    names.hostname,
    names.registrable_domain,
    sources.hostname as admitted_by,
    named.named_by_domains_count
from named
join raw.hostnames as names using (id)
join raw.hostnames as sources on sources.id = named.source_id
where
    ($admits_reserved or not regexp_matches(names.hostname, '\.(example|test)$'))
    and not exists (
        select 1
        from raw.optouts
        where
            names.hostname = raw.optouts.hostname
            or ends_with(names.hostname, '.' || raw.optouts.hostname)
    )
;
