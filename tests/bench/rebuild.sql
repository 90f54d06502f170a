-- Made-up years of checks: servers that grow at rates of their own, are silent one day in fifty, change version every two
-- months and sign-up now and then; one in twenty says no number of users. Variables: servers, first_day, days: the
-- days from the first one on are added, and who is known is written anew.
delete from raw.hostnames;
delete from frontier.hosts;
insert into raw.hostnames
select number, 'h' || number || '.example', 'h' || number || '.example' from range(getvariable('servers')) as t (number);

insert into raw.checks by name
select
    'c' || day as crawl_id,
    'h' || number || '.example' as hostname,
    timestamptz '2025-01-01' + day * interval 1 day + (hash(number) % 80000) * interval 1 second as started_at,
    0.5 as seconds,
    case when hash(number, day) % 50 = 0 then 'timed_out' else 'ok' end as outcome,
    '' as detail,
    false as is_counting_refused,
    true as has_nodeinfo,
    ['mastodon', 'misskey', 'lemmy', 'gotosocial', 'pleroma', 'peertube'][1 + (hash(number, 's') % 6)::int]
        as nodeinfo_software_name,
    '4.' || (day // 60) as nodeinfo_software_version,
    case
        when hash(number, 'n') % 20 > 0
        then (10 + (hash(number, 'u') % 1000) * (1 + 0.0005 * day * (hash(number, 'g') % 5)))::bigint
    end as nodeinfo_users_total,
    case
        when hash(number, 'n') % 20 > 0
        then (3 + (hash(number, 'u') % 300) * (0.9 + (hash(number, day // 2) % 200) / 1000.0))::bigint
    end as nodeinfo_users_active_month,
    (hash(number, 'q') % 1000000 + day * (hash(number, 'p') % 30) + hash(number, day) % 3)::bigint as nodeinfo_local_posts,
    false as nodeinfo_is_statistics_hidden,
    true as has_instance,
    [['en'], ['de'], ['de', 'fr'], ['ja']][1 + (hash(number, 'l') % 4)::int] as instance_languages,
    ['open', 'approval', 'closed'][1 + (hash(number, 'r', day // 200) % 3)::int] as instance_registration,
    '/sign_up' as instance_registration_path,
    5 as requests_count,
    1000 as body_bytes,
    '[]' as exchanges
from range(getvariable('first_day'), getvariable('days')) as a (day), range(getvariable('servers')) as t (number);

insert into frontier.hosts by name
select
    hostnames.id,
    checks.hostname,
    checks.hostname as registrable_domain,
    false as is_seed,
    min(checks.started_at) as admitted_at,
    3 as named_by_domains_count,
    max(checks.started_at) + interval 1 day as due_at,
    max(checks.started_at) as last_checked_at,
    max(checks.started_at) filter (where checks.outcome = 'ok') as last_answered_at,
    arg_max(checks.crawl_id, checks.started_at) as last_crawl_id,
    'ok' as last_outcome,
    false as is_counting_refused,
    0 as failures_count,
    hash(checks.hostname) as likeness
from raw.checks
join raw.hostnames using (hostname)
group by all;
