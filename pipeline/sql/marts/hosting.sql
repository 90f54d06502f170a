-- One row per shown instance whose address was looked up: the network it is in and that network's country, which
--    need not be that of its people. Instances that ask not to be counted are left out, and
--    very small ones (marts.shown_hosts): where a server of a few stands is about a person. Outages count them.
--    Addresses are not kept.
-- hostname | the instance
-- country | ISO 3166 code; null = not known, or origin unknown
-- provider | who runs the network, with its AS number; null = not known, or origin unknown
-- cdn | the network for delivery (CDN) that stands before it, so its origin is unknown; null = none that we know
-- seen_on | day of the check that first found it there, UTC
-- country_table | the table that says the country, with its date
-- provider_table | the table that says the network, with its date
-- unique hostname
-- not_null hostname, seen_on
-- check cdn is null or (country is null and provider is null)

select hosting.hostname, hosting.country, hosting.provider, hosting.cdn, hosting.seen_on, hosting.country_table, hosting.provider_table
from staging.hosting as hosting
semi join marts.shown_hosts using (hostname)
order by hosting.hostname
