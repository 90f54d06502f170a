-- A published file of made-up servers, the same on every machine: heavy-tailed sizes, a dozen kinds
-- of software, gaps in the numbers, and some hostile text. Variables: servers, days, published_at,
-- is_replica, crawl_is_running. Only the tables that the pages read.
create schema marts;

create temp macro u(i, salt) as (hash(i, salt) % 1000003) / 1000003.0;
create temp macro pick(list, i, salt) as list[1 + (hash(i, salt) % len(list))::int];

create temp table made as
with numbered as (
    select i::int as i, u(i, 'size') as size, u(i, 'software') as software from range(getvariable('servers')) as t (i)
),
sized as (
    select
        i,
        least(floor(2 / pow(size + 0.00001, 0.95)), 900000)::bigint as users_total,
        case
            when software < 0.44 then 'mastodon' when software < 0.52 then 'misskey'
            when software < 0.58 then 'lemmy' when software < 0.64 then 'gotosocial'
            when software < 0.69 then 'pleroma' when software < 0.74 then 'akkoma'
            when software < 0.79 then 'peertube' when software < 0.83 then 'pixelfed'
            when software < 0.87 then 'friendica' when software < 0.90 then 'wordpress'
            when software < 0.92 then 'sharkey' when software < 0.94 then 'writefreely'
            when software < 0.95 then 'mobilizon' when software < 0.96 then 'bookwyrm'
            when software < 0.97 then 'funkwhale' when software < 0.98 then 'piefed'
            else 'hubzilla'
        end as software_name
    from numbered
)
select
    i,
    pick(['amber', 'birch', 'cloud', 'dune', 'elm', 'fjord', 'grove', 'heath', 'isle', 'juniper',
          'kelp', 'lumen', 'moss', 'north', 'oak', 'pebble', 'quartz', 'reef', 'sage', 'tide'], i, 'a')
        || pick(['', '-'], i, 'dash')
        || pick(['town', 'social', 'club', 'haus', 'camp', 'den', 'zone', 'cafe', 'garden', 'works'], i, 'b')
        || i || pick(['.example', '.example', '.test'], i, 'tld') as hostname,
    users_total,
    software_name,
    pick(['en', 'en', 'en', 'de', 'de', 'fr', 'es', 'ja', 'pt', 'nl', 'it', 'pl'], i, 'lang') as language,
    u(i, 'alive') < 0.86 as is_alive,
    u(i, 'refuse') < 0.03 and users_total < 100000 as is_refused,
    u(i, 'first') as age,
    -- twenty times as many as could be
    u(i, 'doubt') < 0.05 as is_doubted
from sized;

create table marts.instances as
select
    hostname,
    case
        when is_refused then null
        when i = 3 then '<script>alert(1)</script> & friends'
        when i = 4 then '![pixel](http://evil.invalid/p.png) **bold** [link](http://evil.invalid)'
        when i = 5 then 'a' || chr(8238) || 'txt.exe' || chr(8236) || ' ' || chr(8203) || '$x^2$ :red[red] :material/home:'
        when u(i, 'title') < 0.1 then null
        else upper(hostname[1]) || replace(split_part(hostname, '.', 1)[2:], '-', ' ')
    end as title,
    case
        when is_refused then null
        when i = 3 then '<img src=http://evil.invalid/i.png onerror=alert(1)> <b>R&D <3</b>'
        when i = 4 then '# heading' || chr(10) || '![x](http://evil.invalid/q.png) | a | b |' || chr(10) || 'https://evil.invalid/'
        when i = 5 then repeat('long', 400)
        when u(i, 'description') < 0.2 then null
        else pick(['A friendly, independently run community for people who like ', 'A small place for talk about ',
                   'Wir sind eine Gemeinschaft rund um '], i, 'd')
            || pick(['music and science', 'trains', 'free software', 'photography', 'the sea', 'books'], i, 'e')
            || '. Be kind; read the rules.'
    end as description,
    case when i = 6 then '<i>odd|ware</i>' else software_name end as software_name,
    pick(['4.5.2', '4.4.8', '4.3.11', '2025.10.1', '0.19.13', '3.2.0'], i, 'version') as software_version,
    case when is_refused then 'unknown' else
        pick(['open', 'open', 'open', 'approval', 'approval', 'closed', 'closed', 'invite', 'unknown'], i, 'reg')
    end as registration,
    case when software_name in ('mastodon', 'pleroma', 'akkoma') then '/auth/sign_up'
         when software_name in ('lemmy', 'misskey', 'peertube') then '/signup'
         when software_name = 'gotosocial' then null else '/register' end as registration_path,
    case when u(i, 'minage') < 0.3 then 16 end::int as minimum_age,
    u(i, 'reason') < 0.5 as is_reason_required,
    u(i, 'mail') < 0.8 as is_email_required,
    u(i, 'captcha') < 0.2 as has_captcha,
    case when is_refused or u(i, 'said') < 0.4 then []::varchar[] when u(i, 'two') < 0.1 then [language, 'en'] else [language] end as languages,
    case when is_refused or u(i, 'said') >= 0.4 or u(i, 'found') < 0.3 then []::varchar[] else [language] end as languages_detected,
    case when is_refused or u(i, 'rules') < 0.3 then []::varchar[] else
        ['Be kind. No harassment, no hate.', 'No spam and no advertising.', 'Mark sensitive media.',
         case when i = 3 then '<script>alert(2)</script>' when i = 4 then '![r](http://evil.invalid/r.png)' else 'English or ' || upper(language) || ', please.' end]
    end as rules,
    case when is_refused or u(i, 'rules') < 0.3 or u(i, 'said') < 0.7 then []::varchar[] else ['de', 'pt-BR'] end as rules_languages,
    case when not is_refused and u(i, 'rules') >= 0.3 then 'en' end as rules_language_detected,
    case when not is_refused and u(i, 'rules') >= 0.3 then 0.97 end::double as rules_language_confidence_ratio,
    case when software_name = 'peertube' then ['music', 'science'] else []::varchar[] end as topics,
    case when not is_refused and u(i, 'silent') > 0.05 then users_total end as users_total,
    case when is_refused then 'withheld' when u(i, 'silent') <= 0.05 then 'not_said'
         when is_doubted then 'implausible' else 'reported' end as users_total_standing,
    case when not is_refused and u(i, 'mau') > 0.12 then floor(users_total * (0.05 + 0.4 * u(i, 'active')))::bigint end as users_active_month,
    case when is_refused then 'withheld' when u(i, 'mau') <= 0.12 then 'not_said'
         when is_doubted then 'implausible' else 'reported' end as users_active_month_standing,
    case when not is_refused and u(i, 'half') > 0.2 then floor(users_total * 0.6)::bigint end as users_active_halfyear,
    case when not is_refused then users_total * 37 end as local_posts,
    case when is_refused then 'withheld' when software_name = 'peertube' then 'contradicted' else 'reported' end as local_posts_standing,
    null::bigint as local_comments,
    case when not is_refused then 2000 + (hash(i, 'dom') % 9000)::bigint end as domains_known,
    case when software_name in ('mastodon', 'gotosocial') then 500 end::int as max_characters,
    case when not is_refused and u(i, 'peers') > 0.2 then 500 + (hash(i, 'peers') % 12000)::bigint end as peers_count,
    case when is_refused then 'disallowed' when u(i, 'peers') > 0.2 then 'served' else 'hidden' end as peers_state,
    (hash(i, 'named') % 3000)::bigint as named_by_count,
    is_alive,
    is_refused as is_counting_refused,
    case when is_refused then 'robots_disallowed' when is_alive then 'ok'
         else pick(['timed_out', 'dns_failed', 'tls_failed', 'http_error'], i, 'outcome') end as last_outcome,
    case when is_alive then '' else 'no answer within 10 s' end as last_detail,
    getvariable('published_at')::timestamptz - to_minutes((5 + hash(i, 'checked') % 1400)::bigint) as checked_at,
    case when is_alive then getvariable('published_at')::timestamptz - to_minutes((5 + hash(i, 'checked') % 1400)::bigint)
         when u(i, 'ever') < 0.7 then getvariable('published_at')::timestamptz - to_days((8 + hash(i, 'gone') % 80)::int) end as answered_at,
    getvariable('published_at')::timestamptz - to_days(least(1 + (age * 400)::int, getvariable('days')::int)) as first_seen_at,
    80 as checks_90d,
    case when is_alive then 80 - (hash(i, 'down') % 6)::int else (hash(i, 'down') % 60)::int end as answered_90d,
    case when is_alive then 80 - (hash(i, 'down') % 6)::int else (hash(i, 'down') % 60)::int end / 80.0 as uptime_ratio_90d,
    case when is_alive then 0.9 else 0.2 end::double as uptime_low_ratio_90d,
    case when is_alive then 0.99 else 0.8 end::double as uptime_high_ratio_90d,
    29.0::double as checks_every_hours_90d,
    case when u(i, 'delta') > 0.2 and not is_refused then (u(i, 'delta2') - 0.45) / 5 end as users_active_month_30d_ratio,
    case when u(i, 'delta') > 0.2 and not is_refused then (u(i, 'delta3') - 0.4) / 10 end as users_total_30d_ratio,
    'nodeinfo' as numbers_source
from made
order by hostname;

create table marts.hosting as
select
    hostname,
    case when i % 5 > 0 then ['DE', 'FR', 'JP'][i % 3 + 1] end as country,
    case when i % 5 > 0 then ['Ox Ltd (AS64501)', '<b>Kuh</b> AG (AS64500)'][i % 2 + 1] end as provider,
    case when i % 5 = 0 then 'Cloudflare' end as cdn,
    current_date as seen_on,
    'geoip 2026-02-02' as country_table,
    'Made-Up 2026-03-01' as provider_table
from made
where not is_refused and users_total > 10;

create table marts.instance_days as
select
    hostname,
    (getvariable('published_at')::timestamptz::date - d::int)::date as day_on,
    'herdbook' as source,
    floor(users_total * (1 - 0.3 * d / getvariable('days')))::bigint as users_total,
    case when u(i, 'mau') > 0.12 then floor(users_total * (0.05 + 0.4 * u(i, 'active')) * (1 - 0.25 * d / getvariable('days') + 0.02 * sin(d)))::bigint end as users_active_month,
    null::bigint as users_active_halfyear,
    floor(users_total * 37 * (1 - 0.3 * d / getvariable('days')))::bigint as local_posts,
    null::bigint as local_comments,
    pick(['open', 'open', 'open', 'approval', 'approval', 'closed', 'closed', 'invite', 'unknown'], i, 'reg') as registration,
    hash(i, d) % 40 > 0 as is_up,
    software_name, null as software_version,
    null::bigint as logins, null::bigint as statuses, null::bigint as registrations,
    null as set_aside, null::date as until_on, 1 as days
from made, range(getvariable('days')) as t (d)
where is_alive and not is_refused and not (d between 20 and 24 and i % 7 = 0)
union all
select
    hostname,
    (getvariable('published_at')::timestamptz::date - 7 * w::int)::date,
    'self', null, null, null, null, null, null, null, software_name, null,
    floor(users_total * 0.15)::bigint + w, floor(users_total * 1.5)::bigint + 3 * w,
    (hash(i, w) % 9)::bigint, null, null, 7
from made, range(1, 13) as t (w)
where is_alive and not is_refused and software_name in ('mastodon', 'misskey', 'pleroma')
union all
-- an imported history of three days, four years ago
select
    hostname, (date '2022-11-20' + d::int)::date, 'instances.social',
    floor(users_total * 0.6)::bigint + d, null, null, floor(users_total * 20)::bigint, null,
    pick(['open', 'closed'], i, 'old'), true, software_name, null, null, null, null, null, null, 1
from made, range(3) as t (d)
where not is_refused and users_total > 20
order by hostname, source, day_on;

create table marts.software_days as
select
    days.software_name, day_on, source,
    count(*) as instances_known,
    count(days.users_total) as instances_reporting,
    count(days.users_total) filter (not is_doubted) as instances_audited,
    sum(days.users_total)::bigint as users_total,
    sum(days.users_total) filter (not is_doubted)::bigint as users_total_audited,
    sum(users_active_month)::bigint as users_active_month,
    sum(users_active_month) filter (not is_doubted)::bigint as users_active_month_audited,
    sum(local_posts)::bigint as local_posts,
    sum(local_posts) filter (days.software_name <> 'peertube')::bigint as local_posts_audited,
    count(*) filter (registration = 'open') as open_registrations,
    count(*) filter (is_up) as instances_up
from marts.instance_days as days
join made using (hostname)
where source <> 'self'
group by all order by all;

create table marts.network_days as
select
    day_on, source,
    sum(instances_known)::bigint as instances_known,
    sum(instances_reporting)::bigint as instances_reporting,
    sum(instances_audited)::bigint as instances_audited,
    sum(users_total)::bigint as users_total,
    sum(users_total_audited)::bigint as users_total_audited,
    sum(users_active_month)::bigint as users_active_month,
    sum(users_active_month_audited)::bigint as users_active_month_audited,
    sum(local_posts)::bigint as local_posts,
    sum(local_posts_audited)::bigint as local_posts_audited,
    sum(open_registrations)::bigint as open_registrations,
    sum(instances_up)::bigint as instances_up
from marts.software_days group by all order by all;

create table marts.software as
select
    software_name,
    count(*) as instances_known,
    count(*) filter (is_alive) as instances_alive,
    count(users_total) filter (is_alive) as instances_reporting,
    count(*) filter (is_alive and users_total_standing = 'reported') as instances_audited,
    sum(users_total) filter (is_alive)::bigint as users_total,
    sum(users_total) filter (is_alive and users_total_standing = 'reported')::bigint as users_total_audited,
    sum(users_active_month) filter (is_alive)::bigint as users_active_month,
    sum(users_active_month) filter (is_alive and users_active_month_standing = 'reported')::bigint as users_active_month_audited,
    count(*) filter (is_alive and registration = 'open') as open_registrations
from marts.instances group by all order by instances_alive desc;

create table marts.versions as
select
    software_name,
    software_version,
    count(*) as instances_alive,
    count(users_total) as instances_reporting,
    count(*) filter (users_total_standing = 'reported') as instances_audited,
    sum(users_total)::bigint as users_total,
    sum(users_total) filter (users_total_standing = 'reported')::bigint as users_total_audited,
    sum(users_active_month)::bigint as users_active_month,
    sum(users_active_month) filter (users_active_month_standing = 'reported')::bigint as users_active_month_audited,
    software_version = '2025.10.1' as is_current
from marts.instances where is_alive and software_version is not null
group by all order by all;

create table marts.rules as
from (values
    ('asked-not-to-be-counted', null, null, 'withheld', 'The server asks not to be counted', 'the server itself', date '2026-11-25'),
    ('not-said', null, null, 'not_said', 'The server did not say this number', 'the server itself', date '2026-11-25'),
    ('peertube-posts', 'peertube', 'local_posts', 'contradicted', 'PeerTube counts the videos of the servers it follows among its own', 'somebody.example/peertube', date '2026-11-24'),
    ('jumps', null, null, 'implausible', 'Its numbers rose and fell more often than people come and go', 'our own judgement', date '2026-11-25'),
    ('bridge', 'bridgy-fed', null, 'modelled', 'A bridge counts accounts that it carries over', 'somebody.example/bridge', date '2026-11-25')
) as rules (rule_id, software, field, standing, reason, source, added_on);

create table marts.standings as
select
    hostname,
    field,
    case when not is_counting_refused then value end as value,
    standing,
    case standing when 'withheld' then 'asked-not-to-be-counted' when 'not_said' then 'not-said'
         when 'contradicted' then 'peertube-posts' when 'implausible' then 'jumps' end as rule_id,
    case when standing = 'implausible' then '<b>users</b>: 3 rises and 3 falls within 30 days' end as evidence,
    checked_at::date as said_on
from (
    select hostname, checked_at, is_counting_refused, unnest([
        {'field': 'users_total', 'value': users_total, 'standing': users_total_standing},
        {'field': 'users_active_month', 'value': users_active_month, 'standing': users_active_month_standing},
        {'field': 'users_active_halfyear', 'value': users_active_halfyear,
         'standing': if(users_active_halfyear is null, 'not_said', 'reported')},
        {'field': 'local_posts', 'value': local_posts, 'standing': local_posts_standing},
        {'field': 'local_comments', 'value': local_comments, 'standing': 'not_said'}
    ], recursive := true)
    from marts.instances
)
order by hostname, field;

create table marts.verdicts as
select source, hostname, day_on, 'users_total' as field, 'implausible' as standing, 'jumps' as rule_id
from marts.instance_days join made using (hostname)
where is_doubted and source = 'herdbook'
order by all;

create table marts.growth_days as
with numbers as (
    select source, 'users_total' as measure, day_on, instances_audited as panel, users_total_audited as value
    from marts.network_days
    union all
    select source, 'users_active_month', day_on, instances_audited, users_active_month_audited
    from marts.network_days where users_active_month_audited is not null
)
select
    source, measure, day_on,
    lag(day_on) over days as before_on,
    case when lag(day_on) over days is null then 0 else panel end as instances_in_panel,
    lag(value) over days as value_before,
    value as value_after,
    value / lag(value) over days - 1 as growth_ratio,
    value / first_value(value) over days as index_chained,
    1::bigint as instances_born, 3::bigint as value_born,
    2::bigint as instances_discovered, 40::bigint as value_discovered,
    0::bigint as instances_returned, 0::bigint as value_returned,
    1::bigint as instances_left, 5::bigint as value_left,
    0::bigint as instances_broken, 0::bigint as value_broken
from numbers
window days as (partition by source, measure order by day_on)
order by source, measure, day_on;

create table marts.concentration_weeks as
select
    'herdbook' as source,
    (getvariable('published_at')::timestamptz::date - 7 * w::int)::date as day_on,
    measure, holder,
    250::bigint as holders_count, 260::bigint as instances_known, 1000000::bigint as value,
    0.3 + w / 100 as top1_ratio, 0.6 + w / 100 as top10_ratio, (1200.0 + w)::double as hhi,
    2.5::double as shannon, 0.8::double as simpson, 0.7::double as gini,
    1::bigint as b25, 3::bigint as b50, 12::bigint as b75, 60::bigint as b90
from range(6) as t (w),
    (values ('users_total'), ('users_active_month')) as measures (measure),
    (values ('instance'), ('software'), ('registrable_domain')) as holders (holder)
order by all;

create table marts.survival as
select
    grouped_by, name, (30 * n)::bigint as age_days,
    300 - 20 * n as at_risk, 2::bigint as ended,
    (1 - 0.05 * n)::double as survival_ratio,
    (1 - 0.07 * n)::double as survival_low_ratio, (1 - 0.04 * n)::double as survival_high_ratio,
    300::bigint as instances_known
from range(1, 10) as t (n), (values ('all', 'all'), ('software', 'mastodon'), ('size', 'small')) as groups (grouped_by, name)
order by grouped_by, name, age_days;

create table marts.acceptances as
select
    getvariable('published_at')::timestamptz - interval 9 days as accepted_at,
    'A large server really did close' as note,
    ['users_total_audited: the same servers say 40 % less'] as reasons;

create table marts.crawls as
select
    'crawl-' || n as crawl_id,
    getvariable('published_at')::timestamptz - to_hours((29 * n)::bigint) - interval 1 hour as started_at,
    case when n > 0 or not getvariable('crawl_is_running') then getvariable('published_at')::timestamptz - to_hours((29 * n)::bigint) end as ended_at,
    case when n > 0 or not getvariable('crawl_is_running') then 'finished' end as end_reason,
    getvariable('servers')::bigint as instances_checked,
    (getvariable('servers') * 0.86)::bigint as instances_ok,
    1000::bigint as edges_seen, 3600.0 as seconds, 0.86 as coverage_ratio, '{"ok": 258, "timed_out": 20}' as outcomes
from range(5) as t (n);

create table marts.checks as
select
    hostname,
    getvariable('published_at')::timestamptz - to_hours((29 * n)::bigint) - to_minutes((hash(i, 'checked') % 1400)::bigint) as checked_at,
    'crawl-' || n as crawl_id,
    case when is_refused then 'robots_disallowed' when hash(i, n) % 15 = 0 or not is_alive then 'timed_out' else 'ok' end as outcome,
    case when hash(i, n) % 15 = 0 or not is_alive then 'no answer within 10 s' else '' end as detail,
    0.2 + u(i, 'seconds') as seconds, 5 as requests_count, 48213 as bytes_count,
    '[{"method":"GET","path":"/robots.txt","purpose":"consent","status":200,"fault":null,"seconds":0.081,"body_bytes":312},'
        || '{"method":"GET","path":"/.well-known/nodeinfo","purpose":"discovery","status":200,"fault":null,"seconds":0.072,"body_bytes":188},'
        || '{"method":"GET","path":"/nodeinfo/2.0","purpose":"nodeinfo","status":200,"fault":null,"seconds":0.09,"body_bytes":702}]' as conversation
from made, range(8) as t (n)
order by hostname, checked_at;

create table marts.captures as
select
    'instances.social' as source,
    timestamptz '2022-11-20 01:14:46+00' + to_minutes((19 * n)::bigint) as captured_at,
    1826 + n as instances, 1790 + n as instances_up, 1800 + n as instances_reporting, 1700 + n as instances_audited,
    4692536::bigint + 1400 * n as users_total, 4492536::bigint + 1400 * n as users_total_audited, 374005756::bigint + 9000 * n as local_posts, (900 - n)::bigint as open_registrations,
    0::bigint as rows_rejected
from range(70) as t (n);

create table marts.aliases as
select 'www.' || hostname as alias_hostname, hostname, 'identity' as evidence, current_date as first_seen_on
from made where i % 3 = 0 and not is_refused order by all;

create table marts.registration_spans as
with said as (
    select source, hostname, registration, min(day_on) as first_on, max(day_on) as last_on
    from marts.instance_days
    where source <> 'self' and registration <> 'unknown'
    group by all
)
select source, hostname, first_on as from_on, last_on as until_on, registration, date_diff('day', first_on, last_on) + 1 as days_count, true as is_last
from said where source <> 'herdbook' or last_on - first_on < 20
union all
select source, hostname, first_on, first_on + 10, if(registration = 'open', 'closed', 'open'), 11, false
from said where source = 'herdbook' and last_on - first_on >= 20
union all
select source, hostname, first_on + 12, last_on, registration, date_diff('day', first_on, last_on) - 11, true
from said where source = 'herdbook' and last_on - first_on >= 20
order by source, hostname, from_on;

create table marts.language_spans as
select
    hostname,
    getvariable('published_at')::timestamptz - to_days((30 - 20 * n)::int) as from_at,
    getvariable('published_at')::timestamptz - to_days((11 - 11 * n)::int) as until_at,
    if(n = 0, [language], list_sort(list_distinct([language, 'eo']))) as languages,
    i % 5 = 0 as is_detected,
    9::bigint as checks_count,
    n = 1 as is_last
from made, range(2) as t (n)
where is_alive and not is_refused
order by hostname, from_at;

create table marts.outage_hours as
select date_trunc('hour', getvariable('published_at')::timestamptz) - interval 50 hours as hour_at,
    40::bigint as checks_count, 39::bigint as failing_count;

create table marts.hostnames as
select i::bigint as id, hostname from made
union all
select 1000000, 'only-named.example';

create table marts.about as
select
    getvariable('published_at')::timestamptz as published_at,
    1 as schema_version,
    getvariable('is_replica')::boolean as is_replica,
    'crawl-0' as crawl_id,
    getvariable('published_at')::timestamptz - interval 1 hour as crawl_started_at,
    getvariable('crawl_is_running')::boolean as crawl_is_running,
    count(*) as instances_known,
    count(*) filter (is_alive) as instances_alive,
    count(*) as instances_checked_7d,
    count(*) filter (is_counting_refused) as instances_refusing,
    2::bigint as instances_opted_out,
    17::bigint as names_held,
    1_200_000::bigint as edges_known,
    1_100_000::bigint as edges_shown,
    count(*) filter (is_alive) / count(*) as coverage_ratio,
    'https://herdbook.example/about' as contact_url,
    '0.1.0' as herdbook_version
from marts.instances;

create table marts.reach as
select
    hostname,
    10_000::bigint as servers_count,
    9_900::bigint as servers_reached,
    10_000::bigint as active_total,
    9_900::bigint as active_reached,
    0.99::double as reach_ratio,
    false as is_list_published,
    0.2::double as coverage_ratio
from marts.instances
where is_alive and not is_counting_refused;
