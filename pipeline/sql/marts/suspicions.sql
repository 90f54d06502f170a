-- One row per instance, source and rule that time, neighbours or siblings speak for: what no single
--    answer can show (rules/plausibility.csv).
-- source | herdbook = own checks, else the imported source
-- hostname | the instance
-- rule_id | the rule
-- standing | what it makes of the instance's numbers
-- from_on | first day it holds, UTC
-- until_on | last day it holds, UTC; null = it still does
-- evidence | what was seen, in words
-- unique source, hostname, rule_id
-- not_null source, hostname, rule_id, standing, from_on, evidence
-- check until_on >= from_on

with
    days as not materialized (
        select
            source,
            hostname,
            day_on,
            software_name,
            software_version,
            users_total,
            users_active_month,
            local_posts
        from marts.instance_days
        where source <> 'self' and (users_total is not null or local_posts is not null)
    ),
    last_days as (select source, max(day_on) as last_on from days group by source),
    stretches as (
        select
            source,
            hostname,
            from_on,
            numbers_count,
            numbers_on,
            least_users,
            most_users,
            least_posts,
            most_posts,
            least_month,
            most_month
        from kept.stretches
        where numbers_count > 0
    ),
    -- jumps: up and down again and again -----------------------------------------------------------
    windows as (
        select
            source,
            hostname,
            rule_id,
            standing,
            measure,
            day_on,
            times,
            factor,
            days,
            min(before_on) over lately as from_on,
            count(*) filter (where turn > 0) over lately as rises,
            count(*) filter (where turn < 0) over lately as falls,
            sum(greatest(turn, 0)) over lately as risen,
            sum(least(turn, 0)) over lately as fallen
        from kept.turns
        window
            lately as (
                partition by source, hostname, rule_id, measure
                order by day_on
                range between to_days(days::integer) preceding and current row
            )
    ),
    jumping as (
        select
            windows.source,
            windows.hostname,
            windows.rule_id,
            windows.standing,
            min(windows.from_on) as from_on,
            case
                when max(windows.day_on) < any_value(last_days.last_on - windows.days::integer)
                then max(windows.day_on)
            end as until_on,
            'its ' || arg_max(windows.measure, windows.falls) || ' rose ' || max(windows.rises)
            || ' and fell ' || max(windows.falls) || ' times within weeks, the last time on '
            || max(windows.day_on) as evidence
        from windows
        join last_days using (source)
        where
            -- times 1.5: one and two, in either order; there and back once is a mistake mended
            least(windows.rises, windows.falls) >= floor(windows.times)
            and windows.rises + windows.falls >= 2 * windows.times
            and windows.risen >= ln(windows.factor)
            and windows.fallen <= -ln(windows.factor)
        group by windows.source, windows.hostname, windows.rule_id, windows.standing
    ),
    -- leap: a crowd out of nothing ------------------------------------------------------------------
    crowded as (
        select source, hostname, max(most_users) as most_users
        from stretches
        group by source, hostname
        having
            max(most_users)
            >= (select min(least) from rules.plausibility where kind in ('leap', 'cohort'))
    ),
    crowd_days as (
        select
            source,
            hostname,
            day_on,
            software_name,
            users_total,
            lag(users_total) over series as users_total_before,
            lag(day_on) over series as before_on
        from days
        semi join crowded using (source, hostname)
        where users_total > 0
        window series as (partition by source, hostname order by day_on)
    ),
    leaps as (
        select
            crowd_days.source,
            crowd_days.hostname,
            rule.rule_id,
            rule.standing,
            min(crowd_days.day_on) as from_on,
            arg_min(crowd_days.users_total_before, crowd_days.day_on) as users_before,
            arg_min(crowd_days.users_total, crowd_days.day_on) as users_after
        from crowd_days
        cross join (select * from rules.plausibility where kind = 'leap') as rule
        where
            crowd_days.users_total >= rule.least
            and crowd_days.users_total >= rule.factor * crowd_days.users_total_before
            and crowd_days.day_on - crowd_days.before_on <= rule.days
        group by crowd_days.source, crowd_days.hostname, rule.rule_id, rule.standing
    ),
    leapt as (
        select
            leaps.source,
            leaps.hostname,
            leaps.rule_id,
            leaps.standing,
            leaps.from_on,
            -- until it says something like what it said before
            min(crowd_days.day_on) filter (
                where
                    crowd_days.day_on > leaps.from_on
                    and crowd_days.users_total < sqrt(leaps.users_before * leaps.users_after)
            )
            - 1 as until_on,
            'from ' || any_value(leaps.users_before) || ' to ' || any_value(leaps.users_after)
            || ' users within days' as evidence
        from leaps
        join crowd_days using (source, hostname)
        group by
            leaps.source,
            leaps.hostname,
            leaps.rule_id,
            leaps.standing,
            leaps.from_on,
            leaps.users_before,
            leaps.users_after
    ),
    -- cohort: nobody has met them -------------------------------------------------------------------
    namings as (
        select target_id, count(distinct source_id) as named_by_count
        from (
            select source_id, kind_id, target_id from raw.peer_edges
            union all
            select source_id, kind_id, target_id from raw.peer_edges_past
        ) as edges
        join raw.peer_kinds as kinds on kinds.id = edges.kind_id
        -- a name on a list of blocks was not met
        where kinds.kind in ('knows', 'follows', 'followed_by', 'allows')
        group by target_id
    ),
    named as (
        select hostnames.hostname, namings.named_by_count
        from namings
        join raw.hostnames as hostnames on hostnames.id = namings.target_id
    ),
    lists as (
        select checked_at::date as checked_on, count(*) as lists_count
        from staging.peer_states
        where state = 'served'
        group by checked_on
    ),
    crowds as (
        select
            crowd_days.hostname,
            rule.rule_id,
            rule.standing,
            rule.factor,
            rule.times,
            rule.days,
            rule.least,
            rule.exempt,
            min(crowd_days.day_on) filter (where crowd_days.users_total >= rule.least) as from_on,
            max(crowd_days.day_on) filter (where crowd_days.users_total >= rule.least) as until_on,
            max(crowd_days.day_on) as last_on,
            arg_max(crowd_days.users_total, crowd_days.day_on) filter (
                where crowd_days.users_total >= rule.least
            ) as users_total,
            arg_max(crowd_days.software_name, crowd_days.day_on) as software_name
        from crowd_days
        cross join (select * from rules.plausibility where kind = 'cohort') as rule
        where crowd_days.source = 'herdbook'
        group by all
        having from_on is not null
    ),
    speakers as (
        -- what a server speaks, as it said last; only ActivityPub makes lists of peers
        select hostname, arg_max(nodeinfo_protocols, started_at) as protocols
        from raw.checks
        semi join crowds using (hostname)
        where outcome = 'ok'
        group by hostname
    ),
    asked as (
        select
            crowds.hostname,
            crowds.rule_id,
            sum(lists.lists_count) as lists_count
        from crowds
        -- lists that were told after it had its crowd: a server in a rush is not met in a day
        join lists on lists.checked_on >= crowds.from_on + crowds.days::integer
        group by crowds.hostname, crowds.rule_id
    ),
    alone as (
        select
            'herdbook' as source,
            crowds.hostname,
            crowds.rule_id,
            crowds.standing,
            crowds.from_on,
            case when crowds.until_on < crowds.last_on then crowds.until_on end as until_on,
            'says ' || crowds.users_total || ' users; named by ' || coalesce(named.named_by_count, 0)
            || ' of ' || asked.lists_count || ' lists of peers' as evidence
        from crowds
        join asked using (hostname, rule_id)
        left join named using (hostname)
        left join speakers using (hostname)
        left join staging.peer_states as states using (hostname)
        where
            asked.lists_count >= crowds.times
            -- nobody names it: a count of zero
            and coalesce(named.named_by_count, 0) < crowds.factor * asked.lists_count
            -- a middling one that knows many is met by many, though ours may be few
            and (crowds.least >= 20000 or coalesce(states.peers_count, 0) < 100)
            and (
                coalesce(len(speakers.protocols), 0) = 0
                or list_contains(speakers.protocols, 'activitypub')
            )
            and not list_contains(
                string_split(coalesce(crowds.exempt, ''), ' '), coalesce(crowds.software_name, '')
            )
    ),
    -- mirror: the same numbers under another name ---------------------------------------------------
    firsts as (
        select source, hostname, min(numbers_on) as first_on
        from stretches
        group by source, hostname
    ),
    latest as (
        select days.*, last_days.last_on
        from days
        join last_days using (source)
        -- a host asked every 29 hours has its last answer a little before the last day
        where days.day_on > last_days.last_on - 7
        qualify
            row_number() over (partition by days.source, days.hostname order by days.day_on desc) = 1
    ),
    twins_now as (
        select
            latest.source,
            latest.last_on as sample_on,
            rule.rule_id,
            rule.standing,
            list(latest.hostname) as hostnames
        from latest
        cross join (select * from rules.plausibility where kind = 'mirror' and factor = 0) as rule
        where latest.users_total >= rule.least and latest.local_posts >= 10 * rule.least
        group by
            latest.source,
            latest.last_on,
            latest.software_name,
            latest.software_version,
            latest.users_total,
            latest.users_active_month,
            latest.local_posts,
            rule.rule_id,
            rule.standing
        having count(*) > 1
    ),
    twin_hosts as (
        select *, false as is_latest
        from kept.twins
        union all by name
        select
            source,
            sample_on,
            rule_id,
            standing,
            hash(hostnames) as twins,
            unnest(hostnames) as hostname,
            true as is_latest
        from twins_now
    ),
    kin as (
        select
            hosts.hostname,
            hosts.registrable_domain,
            hosts.likeness,
            hosts.admitted_at,
            count(*) over (partition by hosts.likeness) as alike_count,
            latest.last_on,
            latest.users_total,
            latest.local_posts
        from frontier.hosts as hosts
        left join
            latest
            on latest.source = 'herdbook'
            and latest.hostname = hosts.hostname
        where hosts.last_answered_at is not null and hosts.likeness is not null
    ),
    in_line as (
        select
            kin.*,
            rule.rule_id,
            rule.standing,
            -- a new line begins where the next one alike is further away than the rule's factor
            lag(kin.users_total) over alike is null
            or kin.users_total > (1 + rule.factor) * lag(kin.users_total) over alike
            or kin.local_posts > (1 + rule.factor) * lag(kin.local_posts) over alike
            or kin.local_posts < (1 - rule.factor) * lag(kin.local_posts) over alike as is_new
        from kin
        cross join (select * from rules.plausibility where kind = 'mirror' and factor > 0) as rule
        where
            kin.users_total >= rule.least
            and kin.local_posts >= 5 * rule.least
            -- a title that many have is one that nobody gave
            and kin.alike_count <= rule.times
        window
            alike as (
                partition by rule.rule_id, kin.likeness order by kin.users_total, kin.local_posts
            )
    ),
    lines as (
        select
            *,
            sum(is_new::integer) over (
                partition by rule_id, likeness
                order by users_total, local_posts
                rows between unbounded preceding and current row
            ) as line
        from in_line
    ),
    alike_hosts as (
        from twin_hosts
        union all by name
        select
            'herdbook' as source,
            last_on as sample_on,
            true as is_latest,
            rule_id,
            standing,
            hash(likeness, line) as twins,
            hostname
        from lines
        qualify count(*) over (partition by rule_id, likeness, line) > 1
    ),
    placed as (
        select
            alike_hosts.*,
            first_value(alike_hosts.hostname) over (
                partition by
                    alike_hosts.source,
                    alike_hosts.rule_id,
                    alike_hosts.sample_on,
                    alike_hosts.is_latest,
                    alike_hosts.twins
                order by
                    coalesce(named.named_by_count, 0) desc, firsts.first_on, alike_hosts.hostname
            ) as main_hostname
        from alike_hosts
        join firsts using (source, hostname)
        left join named using (hostname)
    ),
    mirrors as (
        select
            source,
            hostname,
            rule_id,
            standing,
            min(sample_on) filter (where not is_latest) as sampled_on,
            case when not bool_or(is_latest) then max(sample_on) + 6 end as until_on,
            'says the same numbers as ' || arg_max(main_hostname, sample_on) as evidence
        from placed
        where hostname <> main_hostname
        group by source, hostname, rule_id, standing
    ),
    unlike as (
        -- whoever was looked at in a week and said what nobody else did
        select mirrors.source, mirrors.hostname, mirrors.rule_id, max(days.day_on) as day_on
        from mirrors
        join (select rule_id, factor from rules.plausibility) as rule using (rule_id)
        join days using (source, hostname)
        where
            rule.factor = 0
            and mirrors.sampled_on is null
            and (days.day_on - date '2000-01-02') % 7 = 0
        group by mirrors.source, mirrors.hostname, mirrors.rule_id
    ),
    mirroring as (
        select
            mirrors.source,
            mirrors.hostname,
            mirrors.rule_id,
            mirrors.standing,
            -- seen now only: since it was last looked at, or else since it was met, as far as anybody knows
            greatest(coalesce(mirrors.sampled_on - 6, unlike.day_on + 1), firsts.first_on) as from_on,
            mirrors.until_on,
            mirrors.evidence
        from mirrors
        join firsts using (source, hostname)
        left join unlike using (source, hostname, rule_id)
    ),
    -- wildcard: names without end, one server -------------------------------------------------------
    families as (
        select
            registrable_domain,
            likeness,
            count(*) as hosts_count,
            count(users_total) as numbers_count,
            max(users_total) as most_users,
            min(users_total) as least_users,
            max(local_posts) as most_posts,
            min(local_posts) as least_posts,
            arg_min(
                hostname,
                {'is_below': hostname <> registrable_domain, 'since': admitted_at, 'hostname': hostname}
            ) as main_hostname
        from kin
        anti join rules.multi_tenants using (registrable_domain)
        group by registrable_domain, likeness
        having count(*) > 1
    ),
    wildcards as (
        select
            'herdbook' as source,
            kin.hostname,
            rule.rule_id,
            rule.standing,
            kin.admitted_at::date as from_on,
            null::date as until_on,
            'one of ' || families.hosts_count || ' names under ' || families.registrable_domain
            || ' that answer alike' as evidence
        from families
        join kin using (registrable_domain, likeness)
        cross join (select * from rules.plausibility where kind = 'wildcard') as rule
        where
            kin.hostname <> families.main_hostname
            and families.hosts_count >= rule.least
            and (
                rule.factor >= 1
                or families.numbers_count >= rule.least
                -- ten: what two servers say on their first day is the same too
                and families.most_posts >= 10
                and families.most_users - families.least_users <= rule.factor * families.most_users
                and families.most_posts - families.least_posts <= rule.factor * families.most_posts
            )
    ),
    -- frozen: people, and nothing moves -------------------------------------------------------------
    peopled as (
        select
            stretches.*,
            rule.rule_id,
            rule.standing,
            rule.factor,
            rule.times,
            rule.days,
            stretches.least_users = stretches.most_users
            and stretches.least_posts = stretches.most_posts
            and stretches.least_month is not distinct from stretches.most_month as is_still
        from stretches
        cross join (select * from rules.plausibility where kind = 'frozen') as rule
        where
            stretches.source = 'herdbook'
            and stretches.numbers_count > 1
            -- who does not say how many are active has some among a hundred times as many
            and coalesce(stretches.least_month, stretches.least_users // 100) >= rule.least
    ),
    still as (
        select peopled.hostname, any_value(peopled.rule_id) as rule_id
        from peopled
        join
            (
                select from_on, rule_id, avg(is_still::integer) as still_ratio
                from peopled
                group by from_on, rule_id
            ) as of_all
            using (from_on, rule_id)
        where peopled.is_still and of_all.still_ratio <= peopled.factor
        group by peopled.hostname
    ),
    still_days as (
        select
            days.hostname,
            days.day_on,
            days.users_total,
            days.local_posts,
            days.users_active_month,
            row_number() over (partition by days.hostname order by days.day_on)
            - row_number() over (
                partition by
                    days.hostname, days.users_total, days.local_posts, days.users_active_month
                order by days.day_on
            ) as run
        from days
        semi join still using (hostname)
        where days.source = 'herdbook'
    ),
    runs as (
        select
            hostname,
            run,
            users_total,
            local_posts,
            users_active_month,
            count(*) as answers_count,
            min(day_on) as from_on,
            max(day_on) as until_on
        from still_days
        group by all
    ),
    frozen as (
        select
            'herdbook' as source,
            runs.hostname,
            rule.rule_id,
            rule.standing,
            min(runs.from_on) as from_on,
            case
                when max(runs.until_on) < any_value(ends.last_on) then max(runs.until_on)
            end as until_on,
            'the same ' || arg_max(runs.users_total, runs.until_on) || ' users and '
            || coalesce(arg_max(runs.local_posts, runs.until_on)::varchar, 'no') || ' posts in '
            || max(runs.answers_count) || ' answers' as evidence
        from runs
        join
            (select hostname, max(until_on) as last_on from runs group by hostname) as ends
            using (hostname)
        cross join (select * from rules.plausibility where kind = 'frozen') as rule
        where
            runs.answers_count >= rule.times
            and runs.until_on - runs.from_on >= rule.days
            and coalesce(runs.users_active_month, runs.users_total // 100) >= rule.least
        group by runs.hostname, rule.rule_id, rule.standing
    ),
    everything as (
        from jumping
        union all by name
        from leapt
        union all by name
        from alone
        union all by name
        from mirroring
        union all by name
        from wildcards
        union all by name
        from frozen
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
