-- What the other reads share; made in the reader's own memory whenever it opens a published file.
-- `listed`: one row per server that may be listed, with its size class, its languages as codes, how long it is known,
-- how far it reaches and whether its version is a current one.
-- A table: made once for each published file, so that a page is filtered and counted in a few milliseconds.
-- `judged`: the same, and which of the reader's wishes each server fits.

create macro size_class(users_active_month, users_total) as
    -- coalesce: who does not say how many are active is sorted by registered users
    case
        when coalesce(users_active_month, users_total) is null then 'unknown'
        when coalesce(users_active_month, users_total) <= 1 then 'single'
        when coalesce(users_active_month, users_total) < 20 then 'tiny'
        when coalesce(users_active_month, users_total) < 200 then 'small'
        when coalesce(users_active_month, users_total) < 2000 then 'medium'
        when coalesce(users_active_month, users_total) < 20000 then 'large'
        else 'huge'
    end;

create macro language_codes(languages) as
    -- coalesce: a server of which no answer is kept names no language
    coalesce(list_distinct(list_transform(languages, lambda code: lower(split_part(code, '-', 1)))), []);

create macro rules_language_codes(said, detected) as
    -- coalesce: a server whose answers are older than the question translates nothing that we know of
    language_codes(list_concat(coalesce(said, []), if(detected is null, [], [detected])));

-- the numbers of a version as marts.versions has them
create macro version_name(version_text) as
    array_to_string(
        list_transform(regexp_extract_all(version_text, '\d+')[:3], lambda part: try_cast(part as bigint)),
        '.'
    );

create macro yes_or_no(is_so) as case when is_so then 'yes' when not is_so then 'no' end;

create macro fits_more(more) as
    (more['hostname_under'] = '' or hostname = more['hostname_under'] or ends_with(hostname, '.' || more['hostname_under']))
    and (
        more['software_version'] = ''
        or starts_with(lower(software_version), lower(more['software_version'])) is true
    )
    and (len(more['software_for']) = 0 or list_contains(more['software_for'], software_name) is true)
    and (
        len(more['rules_in']) = 0
        or list_has_any(rules_language_codes, more['rules_in'])
        or (list_contains(more['rules_in'], 'unsaid') and len(rules_language_codes) = 0)
    )
    and (more['provider'] = '' or contains(lower(provider), lower(more['provider'])) is true)
    and (more['topic'] = '' or list_contains(topics, lower(more['topic'])) is true)
    and len(
        list_filter(
            more['codes'],
            lambda wish: not list_contains(wish['any_of'], coalesce(codes[wish['name']], 'unsaid'))
        )
    ) = 0
    and len(
        list_filter(
            more['spans'],
            lambda wish: not coalesce(
                numbers[wish['name']] between wish['least'] and wish['most'], wish['takes_unsaid']
            )
        )
    ) = 0;

create table listed as
with
    known as (
        select
            instances.*,
            size_class(instances.users_active_month, instances.users_total) as size,
            -- `all`: the server names no language at all; said languages go before detected ones
            language_codes(case when len(languages) > 0 then languages else languages_detected end)
                as language_codes,
            len(languages) = 0 and len(languages_detected) > 0 as is_language_detected,
            len(instances.rules) as rules_count,
            rules_language_codes(rules_languages, rules_language_detected) as rules_language_codes,
            hosting.country,
            hosting.provider,
            hosting.cdn,
            reach.reach_ratio,
            reach.coverage_ratio,
            reach.is_list_published,
            versions.is_current
        from published.marts.instances as instances
        left join published.marts.reach as reach using (hostname)
        left join published.marts.hosting as hosting using (hostname)
        left join
            published.marts.versions as versions
            on versions.software_name = instances.software_name
            and versions.software_version = version_name(instances.software_version)
        where not instances.is_counting_refused
    )
select
    known.*,
    -- what wishes are held against, by the names that pipeline/wishes.py gives them
    map {
        'states': case when is_alive then 'answers' when answered_at is null then 'never' else 'silent' end,
        'last_outcomes': last_outcome,
        'languages_by':
            case when is_language_detected then 'detected' when len(language_codes) > 0 then 'said' end,
        'version_states': case when is_current then 'current' when not is_current then 'behind' end,
        'has_registration_path': yes_or_no(registration_path is not null),
        'is_reason_required': yes_or_no(is_reason_required),
        'is_email_required': yes_or_no(is_email_required),
        'has_captcha': yes_or_no(has_captcha),
        'has_rules': yes_or_no(rules_count > 0),
        'countries': country,
        'origins': case when cdn is not null then 'cdn' when provider is not null or country is not null then 'known' end,
        'is_list_published': yes_or_no(is_list_published),
        'users_total_standing': users_total_standing,
        'users_active_month_standing': users_active_month_standing,
        'local_posts_standing': local_posts_standing,
        'numbers_source': numbers_source,
        'peers_state': peers_state
    } as codes,
    map {
        'users_total': users_total::double,
        'users_total_30d_ratio': users_total_30d_ratio,
        'users_active_month': users_active_month,
        'users_active_month_30d_ratio': users_active_month_30d_ratio,
        'users_active_halfyear': users_active_halfyear,
        'local_posts': local_posts,
        'local_comments': local_comments,
        'minimum_age': minimum_age,
        'max_characters': max_characters,
        'peers_count': peers_count,
        'named_by_count': named_by_count,
        'domains_known': domains_known,
        'uptime_ratio_90d': uptime_ratio_90d,
        'checks_90d': checks_90d,
        'known_days': date_diff('day', first_seen_at, about.published_at),
        'silent_days': date_diff('day', answered_at, about.published_at),
        'reach_ratio': reach_ratio
    } as numbers
from known
cross join published.marts.about as about;

-- What is not said fits only a wish that names it: `unsaid`, or `takes_unsaid` of a span.
create macro judged(wishes) as table
select
    * exclude (codes, numbers),
    len(wishes['registrations']) = 0
    or list_contains(wishes['registrations'], registration) as fits_registration,
    len(wishes['software']) = 0
    or list_contains(wishes['software'], coalesce(software_name, 'unsaid')) as fits_software,
    len(wishes['languages']) = 0
    or list_has_any(language_codes, wishes['languages']) is true as fits_language,
    len(wishes['sizes']) = 0 or list_contains(wishes['sizes'], size) as fits_size,
    (wishes['includes_unreachable'] or is_alive)
    and (
        wishes['search'] = ''
        or contains(hostname, lower(wishes['search']))
        or contains(lower(title), lower(wishes['search'])) is true
        or contains(lower(description), lower(wishes['search'])) is true
    )
    -- most readers wish no more than that, and then it costs nothing
    and (not wishes['has_more'] or fits_more(wishes['more'])) as fits_rest
from listed;

-- The servers that fit all wishes, with their place in the order asked for: a number, or a text. Numbers are negative
-- where the largest come first, so that those who do not say come last either way.
create macro placed(wishes, sort, descending) as table
select
    *,
    if(descending, -1, 1) * case sort
        when 'users_active_month' then users_active_month
        when 'users_active_month_30d_ratio' then users_active_month_30d_ratio
        when 'users_active_halfyear' then users_active_halfyear
        when 'users_total' then users_total
        when 'users_total_30d_ratio' then users_total_30d_ratio
        when 'local_posts' then local_posts
        when 'local_comments' then local_comments
        when 'domains_known' then domains_known
        when 'max_characters' then max_characters
        when 'minimum_age' then minimum_age
        when 'rules_count' then rules_count
        when 'uptime_ratio_90d' then uptime_ratio_90d
        when 'checks_90d' then checks_90d
        when 'reach_ratio' then reach_ratio
        when 'peers_count' then peers_count
        when 'named_by_count' then named_by_count
        when 'first_seen_at' then epoch_us(first_seen_at)
        when 'checked_at' then epoch_us(checked_at)
        when 'answered_at' then epoch_us(answered_at)
    end::double as place_number,
    case sort
        when 'software_name' then software_name
        when 'software_version' then software_version
        when 'registration' then registration
        when 'title' then lower(title)
        when 'hostname' then hostname
        when 'country' then country
        when 'provider' then lower(provider)
    end as place_text
from judged(wishes)
where fits_registration and fits_software and fits_language and fits_size and fits_rest;

-- Every listed server as a suggestion: what speaks against it, in the order in which it is told, and its score.
-- wished, gates, weights: pipeline/ranking.py.
create macro candidates(moment, turn_of, wished, gates, weights) as table
with
    network as (
        select
            sum(users_active_month) filter (where users_active_month_standing = 'reported') as people,
            sum(users_total) filter (where users_total_standing = 'reported') as users
        from listed
        where is_alive
    ),
    facts as (
        select
            *,
            listed.users_active_month_standing = 'reported'
            and listed.users_active_month is not null as is_counted,
            listed.users_active_month is null
            and listed.users_active_month_standing in ('withheld', 'not_said') as is_silent,
            -- who does not say how many are active is sized by registered users
            case
                when listed.users_active_month is not null
                then listed.users_active_month
                when listed.users_total_standing = 'reported'
                then listed.users_total
            end as size_number
        from listed
        cross join network
    )
select
    *,
    list_filter(
        [
            case when not is_alive then 'is_unreachable' end,
            case
                when not coalesce(uptime_ratio_90d >= gates['least_uptime_ratio'], false)
                then 'is_unsteady'
            end,
            case when not list_contains(wished['registrations'], registration) then 'is_not_open' end,
            case when registration_path is null then 'has_no_way_in' end,
            case
                when
                    len(wished['languages']) > 0
                    and list_has_any(language_codes, wished['languages']) is not true
                then 'is_other_language'
            end,
            case
                when
                    len(wished['software']) > 0
                    and list_contains(wished['software'], software_name) is not true
                then 'is_other_software'
            end,
            case when not is_counted and not is_silent then 'is_doubted' end,
            case when is_counted and users_active_month < gates['least_active'] then 'is_lonely' end,
            -- a size that is not said fits nobody who wishes one
            case
                when size_number is null and wished['is_size_wished']
                then 'is_other_size'
                when size_number not between wished['least'] and wished['most']
                then 'is_other_size'
            end,
            case
                when is_silent and coalesce(named_by_count, 0) < gates['least_named_by']
                then 'is_unknown'
            end,
            case
                when
                    not wished['takes_giants']
                    and size_number > greatest(
                        gates['giant_ratio']
                        * case when users_active_month is not null then people else users end,
                        gates['giant_least_active']
                    )
                then 'is_giant'
            end
        ],
        lambda name: name is not null
    ) as against,
    weights['reach']
    * greatest(
        (coalesce(uptime_ratio_90d, 0) - gates['least_uptime_ratio'])
        / (1 - gates['least_uptime_ratio']),
        0
    )
    + weights['activity']
    * case when is_counted then least(log10(users_active_month + 1) / 4, 1) else 0.2 end
    + weights['rules'] * coalesce((len(rules) > 0)::int, 0)
    + weights['age'] * least(date_diff('day', first_seen_at, moment) / 365, 1)
    + weights['current'] * coalesce(is_current::int, 0)
    + weights['turn'] * (hash(hostname, turn_of) % 1000) / 1000.0 as score
from facts;
