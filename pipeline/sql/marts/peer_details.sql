-- One row per peer edge that is published and of which its source says more than the name. Nothing is said of
--    instances that ask not to be counted.
-- source_id | who says it: `hostnames.id`
-- target_id | of whom: `hostnames.id`
-- kind | knows, follows, followed_by, allows, blocks or dead
-- liveness | whether source reaches it: live, failing or suspended, where it says
-- severity | how source limits it: suspend, silence or its own words
-- following_count | follows of people of source that lead there; null = not said
-- followers_count | follows of its people that lead to source; null = not said
-- accounts_known | its accounts that source has seen; null = not said [count]
-- seen_on | day on which source first said so, UTC
-- unique source_id, target_id, kind
-- not_null source_id, target_id, kind, seen_on
-- check following_count >= 0 or following_count is null
-- check followers_count >= 0 or followers_count is null

with
    shown as (
        select shown_hosts.id
        from marts.shown_hosts as shown_hosts
        anti join
            (from marts.instances where is_counting_refused) as refusers
            on refusers.hostname = shown_hosts.hostname
    )
select
    details.source_id,
    details.target_id,
    kinds.kind,
    details.liveness,
    details.severity,
    details.following_count,
    details.followers_count,
    details.users_count as accounts_known,
    details.seen_at::date as seen_on
from raw.peer_details as details
join raw.peer_kinds as kinds on kinds.id = details.kind_id
-- what is said of an edge goes with it, so each of these holds
where
    details.source_id in (from shown)
    and details.target_id in (from shown)
    and (
        details.liveness is not null
        or details.severity is not null
        or details.following_count is not null
        or details.followers_count is not null
        or details.users_count is not null
    )
order by details.source_id, kinds.kind, details.target_id
