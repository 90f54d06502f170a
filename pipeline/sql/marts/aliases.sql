-- One row per other name of a server, as the server itself tells it.
-- alias_hostname | the other name
-- hostname | the server that was checked
-- evidence | redirect, identity, host_meta, cross_host_document, base_url or account_domain
-- first_seen_on | day on which it was first told, UTC
-- unique alias_hostname, hostname
-- not_null alias_hostname, hostname, evidence, first_seen_on

select alias_hostname, hostname, evidence, first_seen_at::date as first_seen_on
from staging.aliases
order by alias_hostname, hostname
