-- One row per instance, source and rule that time, neighbours or siblings speak for: what no single
--    answer can show.
-- source | herdbook = own checks, else the imported source
-- hostname | the instance
-- rule_id | the rule
-- standing | what it makes of the instance's numbers
-- from_on | first day it holds, UTC
-- until_on | last day it holds, UTC; null = it still does
-- evidence | what was seen, in words
-- unique source, hostname, rule_id
-- not_null source, hostname, rule_id, standing, from_on, evidence

with
    days as (select * from marts.instance_days where source <> 'self'),
    firsts as (
        select source, hostname, min(day_on) as day_on from days group by source, hostname
    ),
    last_days as (select source, max(day_on) as last_on from days group by source),
    steps as (
        select
            source,
            hostname,
            day_on,
            nullif(users_total, 0) as users_total,
            lag(nullif(users_total, 0) ignore nulls) over series as users_total_before,
            nullif(local_posts, 0) as local_posts,
            lag(nullif(local_posts, 0) ignore nulls) over series as local_posts_before,
            lag(day_on) over series as before_on
        from days
        where users_total is not null or local_posts is not null
        window series as (partition by source, hostname order by day_on)
    ),
    turns as (
        select
            steps.source,
            steps.hostname,
            steps.day_on,
            steps.before_on,
            greatest(users_total, users_total_before) >= rule.least as is_large,
            is_large and users_total >= users_total_before * rule.factor as is_users_up,
            is_large and users_total * rule.factor <= users_total_before as is_users_down,
            local_posts >= local_posts_before * rule.factor
            and local_posts_before >= rule.least as is_posts_up,
            local_posts * rule.factor <= local_posts_before
            and local_posts_before >= rule.least as is_posts_down
        from steps
        cross join (select * from rules.plausibility where kind = 'jumps') as rule
        where is_users_up or is_users_down or is_posts_up or is_posts_down
    ),
    jumping as (
        select
            turns.source,
            turns.hostname,
            rule.rule_id,
            rule.standing,
            min(turns.before_on) as from_on,
            -- a month without another jump: its numbers have come to rest
            case
                when max(turns.day_on) < any_value(last_days.last_on) - 30 then max(turns.day_on)
            end as until_on,
            'up ' || greatest(count(*) filter (where is_users_up), count(*) filter (where is_posts_up))
            || ' and down '
            || greatest(count(*) filter (where is_users_down), count(*) filter (where is_posts_down))
            || ' times by half or more since ' || min(turns.before_on) as evidence
        from turns
        join last_days using (source)
        cross join (select * from rules.plausibility where kind = 'jumps') as rule
        group by turns.source, turns.hostname, rule.rule_id, rule.standing, rule.times
        having
            count(*) filter (where is_users_up) >= rule.times
            and count(*) filter (where is_users_down) >= rule.times
            or count(*) filter (where is_posts_up) >= rule.times
            and count(*) filter (where is_posts_down) >= rule.times
    ),
    namings as (
        select hostnames.hostname, count(distinct source_id) as named_by_count
        from marts.peer_links
        join marts.hostnames as hostnames on hostnames.id = peer_links.target_id
        group by hostnames.hostname
    ),
    lists as (select count(*) as lists_count from staging.peer_states where state = 'served'),
    latest as (
        select days.*
        from days
        join last_days using (source)
        -- a host asked every 29 hours has its last answer a little before the last day
        where days.day_on > last_days.last_on - 7
        qualify
            row_number() over (partition by source, hostname order by users_total is null, day_on desc)
            = 1
    ),
    alone as (
        select
            latest.source,
            latest.hostname,
            rule.rule_id,
            rule.standing,
            firsts.day_on as from_on,
            null::date as until_on,
            'says ' || latest.users_total || ' users; named by '
            || coalesce(namings.named_by_count, 0) || ' of ' || lists.lists_count || ' lists of peers'
                as evidence
        from latest
        join firsts using (source, hostname)
        cross join lists
        cross join (select * from rules.plausibility where kind = 'cohort') as rule
        left join namings using (hostname)
        left join staging.peer_states as states using (hostname)
        where
            latest.source = 'herdbook'
            and latest.users_total >= rule.least
            and lists.lists_count >= rule.times
            -- nobody names it: a count of zero
            and coalesce(namings.named_by_count, 0) < rule.factor * lists.lists_count
            -- one that knows many and shows its list is met by many, though ours may be few
            and coalesce(states.peers_count, 0) < 100
    ),
    twins as (
        select
            latest.*,
            namings.named_by_count,
            count(*) over same as twins_count,
            first_value(latest.hostname) over (
                same
                order by
                    coalesce(namings.named_by_count, 0) desc, latest.hostname
                rows between unbounded preceding and unbounded following
            ) as main_hostname
        from latest
        left join namings using (hostname)
        where latest.users_total is not null and latest.local_posts > 0
        window
            same as (
                partition by
                    latest.source,
                    latest.software_name,
                    latest.software_version,
                    latest.users_total,
                    latest.users_active_month,
                    latest.local_posts
            )
    ),
    mirrors as (
        select
            twins.source,
            twins.hostname,
            rule.rule_id,
            rule.standing,
            firsts.day_on as from_on,
            null::date as until_on,
            'says the same numbers as ' || twins.main_hostname as evidence
        from twins
        join firsts using (source, hostname)
        cross join (select * from rules.plausibility where kind = 'mirror') as rule
        where
            twins.twins_count > 1
            and twins.users_total >= rule.least
            and twins.local_posts >= 5 * rule.least
            and twins.hostname <> twins.main_hostname
    ),
    kin as (
        select
            hosts.hostname,
            hosts.registrable_domain,
            hosts.likeness,
            hosts.admitted_at::date as from_on,
            count(*) over siblings as siblings_count,
            first_value(hosts.hostname) over (
                siblings
                order by hosts.hostname = hosts.registrable_domain desc, hosts.admitted_at, hosts.hostname
                rows between unbounded preceding and unbounded following
            ) as main_hostname
        from frontier.hosts as hosts
        where hosts.last_answered_at is not null and hosts.likeness is not null
        window siblings as (partition by hosts.registrable_domain, hosts.likeness)
    ),
    wildcards as (
        select
            'herdbook' as source,
            kin.hostname,
            rule.rule_id,
            rule.standing,
            kin.from_on,
            null::date as until_on,
            'one of ' || kin.siblings_count || ' names under ' || kin.registrable_domain
            || ' that answer alike' as evidence
        from kin
        cross join (select * from rules.plausibility where kind = 'wildcard') as rule
        where
            kin.siblings_count >= rule.least
            and kin.hostname <> kin.main_hostname
            and kin.registrable_domain not in (select registrable_domain from rules.multi_tenants)
    ),
    everything as (
        from jumping
        union all
        from alone
        union all
        from mirrors
        union all
        from wildcards
    )
select
    everything.source,
    everything.hostname,
    everything.rule_id,
    everything.standing,
    everything.from_on,
    everything.until_on,
    everything.evidence
from everything
where
    not exists (
        select 1
        from rules.hosts
        where rules.hosts.hostname = everything.hostname and rules.hosts.standing = 'reported'
    )
order by everything.source, everything.hostname, everything.rule_id
