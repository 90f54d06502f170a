-- One row per peer edge in one capture of an imported source. Not proof that they talk.
-- source | whose crawl it is
-- captured_at | when, UTC
-- source_hostname | the instance that says it
-- target | the instance it says it of, as it was said
-- target_hostname | the same as a hostname; null = it is none, e.g. `*.example`
-- kind | knows, allows or blocks
-- unique source, captured_at, source_hostname, target, kind
-- not_null source, captured_at, source_hostname, target, kind

select source, captured_at, source_hostname, target, target_hostname, kind
from raw.imported_edges
anti join staging.opted_out_hosts as sources on sources.hostname = source_hostname
anti join staging.opted_out_hosts as targets on targets.hostname = target_hostname
-- a target that is no hostname may still be theirs
where not exists (from raw.optouts where contains(lower(target), raw.optouts.hostname))
order by source, captured_at, source_hostname, target, kind
