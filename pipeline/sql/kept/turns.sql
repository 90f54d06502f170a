-- One row per instance and step of its numbers by more than a fifth, up or down, between answers at most
--    four weeks apart, with each rule that asks for such steps (rules/plausibility.csv: jumps).
-- source | herdbook = own checks, else the imported source
-- hostname | the instance
-- measure | users or posts
-- day_on | day of the later answer, UTC
-- before_on | day of the earlier one, UTC
-- turn | logarithm of what became of the number; below zero it fell [none]
-- rule_id | the rule
-- standing | what it makes of numbers that rise and fall again and again
-- times | how often they must [none]
-- factor | by how much in all [ratio]
-- days | within how many days [days]
-- unique source, hostname, measure, day_on, rule_id
-- not_null source, hostname, measure, day_on, before_on, turn, rule_id, standing, times, factor, days
-- anew where day_on >= getvariable('anew_from')
-- anew where hostname in (select hostname from anew_hosts)

with
    stretches as (
        from kept.stretches
        where numbers_count > 0 and from_on > getvariable('anew_from') - 36
        union all
        from kept.stretches
        semi join anew_hosts using (hostname)
        where numbers_count > 0 and from_on <= getvariable('anew_from') - 36
    ),
    pairs as (
        select
            source,
            hostname,
            coalesce(lag(from_on) over series, from_on) as from_on,
            from_on + 3 as until_on,
            greatest(most_users, lag(most_users) over series) as most_users,
            least(least_users, lag(least_users) over series) as least_users,
            greatest(most_posts, lag(most_posts) over series) as most_posts,
            least(least_posts, lag(least_posts) over series) as least_posts
        from stretches
        window series as (partition by source, hostname order by from_on)
    ),
    -- two answers in a row lie in one stretch, or in two in a row: a step is looked for in few of them
    unruly as (
        select source, hostname, from_on, until_on
        from pairs
        where
            most_users > 1.2 * least_users
            and most_users >= (select min(least) from rules.plausibility where kind = 'jumps')
            or most_posts > 1.2 * least_posts
            and most_posts >= (select min(least) from rules.plausibility where kind = 'jumps')
    ),
    steps as (
        select
            days.source,
            days.hostname,
            days.day_on,
            lag(days.day_on) over series as before_on,
            days.users_total,
            lag(days.users_total) over series as users_total_before,
            days.local_posts,
            lag(days.local_posts) over series as local_posts_before
        from marts.instance_days as days
        join
            unruly
            on unruly.source = days.source
            and unruly.hostname = days.hostname
            and days.day_on between unruly.from_on and unruly.until_on
        where days.users_total is not null or days.local_posts is not null
        window
            series as (
                partition by unruly.source, unruly.hostname, unruly.from_on order by days.day_on
            )
    ),
    measured as (
        select
            source,
            hostname,
            day_on,
            before_on,
            users_total_before as before,
            users_total as after,
            'users' as measure
        from steps
        -- a step within a stretch is found with the one before it and with the one after
        union
        select source, hostname, day_on, before_on, local_posts_before, local_posts, 'posts'
        from steps
    )
select
    measured.source,
    measured.hostname,
    measured.measure,
    measured.day_on,
    measured.before_on,
    ln(measured.after / measured.before) as turn,
    rule.rule_id,
    rule.standing,
    rule.times,
    rule.factor,
    rule.days
from measured
cross join (select * from rules.plausibility where kind = 'jumps') as rule
where
    measured.before > 0
    and measured.after > 0
    and measured.day_on - measured.before_on <= 28
    and greatest(measured.before, measured.after) >= rule.least
    -- a fifth: less is what a database repaired, or a few leaving together, make
    and greatest(measured.before, measured.after) > 1.2 * least(measured.before, measured.after)
order by measured.source, measured.hostname, measured.day_on
