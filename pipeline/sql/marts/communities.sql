-- One row per community of the backbone, as the last finished crawl left it.
-- community | its number, kept from publish to publish [none]
-- servers_count | servers in it
-- users_active_month | their active people, as far as they say
-- servers_reporting | of these servers, those that say how many are active
-- software_name | what most of them run; null = most do not say
-- software_ratio | share of them that runs it
-- language | the language most of them are for, as a code; null = none says
-- language_ratio | share of them that is for it
-- largest_hostnames | the three with most active people
-- inner_ratio | share of the strength of their links that stays among them
-- closest_communities | up to three others, by the strength of the links to them [none]
-- unique community
-- not_null community, servers_count, servers_reporting, largest_hostnames
-- check inner_ratio between 0 and 1.000001 or inner_ratio is null

with
    members as (
        select
            nodes.community,
            nodes.hostname,
            instances.software_name,
            instances.users_active_month,
            lower(
                split_part(
                    case
                        when len(instances.languages) > 0
                        then instances.languages
                        else instances.languages_detected
                    end[1],
                    '-',
                    1
                )
            ) as language
        from marts.graph_nodes as nodes
        join marts.instances as instances using (hostname)
        where nodes.community is not null
    ),
    ends as (
        select source_hostname as hostname, target_hostname as other_hostname, strength
        from marts.backbone_edges
        union all
        select target_hostname, source_hostname, strength
        from marts.backbone_edges
    ),
    ties as (
        select own.community, others.community as other_community, sum(ends.strength) as strength
        from ends
        join members as own using (hostname)
        join members as others on others.hostname = ends.other_hostname
        group by own.community, others.community
    ),
    bonds as (
        select
            community,
            sum(strength) filter (where other_community = community) / sum(strength)
                as inner_ratio,
            arg_max(other_community, strength, 3) filter (where other_community <> community)
                as closest_communities
        from ties
        group by community
    ),
    commonest as (
        select
            community,
            mode(software_name) as software_name,
            mode(language) as language
        from members
        group by community
    )
select
    members.community,
    count(*) as servers_count,
    sum(members.users_active_month)::bigint as users_active_month,
    count(members.users_active_month) as servers_reporting,
    any_value(commonest.software_name) as software_name,
    count(*) filter (where members.software_name = commonest.software_name) / count(*)
        as software_ratio,
    any_value(commonest.language) as language,
    count(*) filter (where members.language = commonest.language) / count(*) as language_ratio,
    -- coalesce: who does not say comes after those who do
    arg_max(members.hostname, coalesce(members.users_active_month, -1), 3) as largest_hostnames,
    -- coalesce: a community without a link inside keeps nothing
    coalesce(any_value(bonds.inner_ratio), 0) as inner_ratio,
    any_value(bonds.closest_communities) as closest_communities
from members
join commonest using (community)
left join bonds using (community)
group by members.community
order by servers_count desc, members.community
