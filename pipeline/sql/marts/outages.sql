-- One row per outage that was played through, as the last finished crawl left it: what some servers
--    would take with them. People are what live servers say; who says nothing counts nobody.
-- kind | server, software, domain (registrable), provider (of a network), country (of that network), cdn (what
--    stands before servers), largest (the N largest) or random (any N, drawn once)
-- key | the hostname, the software, the domain, the provider, the country's code, the CDN or N
-- removed_count | servers that are gone
-- unknown_count | of these, servers that do not say how many people are active
-- users_stranded | registered users on them
-- users_ratio | of all
-- active_stranded | people active in a month on them
-- active_ratio | of all
-- concentration_before | sum of squared shares of the active people, 1 = all on one server [ratio]
-- concentration_after | the same among those who are left [ratio]
-- knows_components_count | parts of the graph `knows` without them, directions ignored
-- knows_largest_ratio | share of who is left in the largest of them
-- knows_cut_off_count | servers cut off from the largest part
-- mutual_components_count | the same of `mutual`
-- mutual_largest_ratio | the same of `mutual`
-- mutual_cut_off_count | the same of `mutual`
-- backbone_components_count | the same of `backbone`
-- backbone_largest_ratio | the same of `backbone`
-- backbone_cut_off_count | the same of `backbone`
-- unique kind, key
-- not_null kind, key, removed_count, unknown_count, users_stranded, active_stranded
-- check kind in ('server', 'software', 'domain', 'provider', 'country', 'cdn', 'largest', 'random')
-- check active_ratio between 0 and 1 or active_ratio is null

select
    kind,
    key,
    removed_count,
    unknown_count,
    users_stranded,
    users_ratio,
    active_stranded,
    active_ratio,
    concentration_before,
    concentration_after,
    knows_components_count,
    knows_largest_ratio,
    knows_cut_off_count,
    mutual_components_count,
    mutual_largest_ratio,
    mutual_cut_off_count,
    backbone_components_count,
    backbone_largest_ratio,
    backbone_cut_off_count
from computed.outages
-- a name that has opted out since
where
    key not in (select hostname from staging.opted_out_hosts)
    and key not in (select hostname from raw.optouts)
order by kind, removed_count, key
