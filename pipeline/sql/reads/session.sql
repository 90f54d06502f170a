-- What the other reads share; made in the reader's own memory whenever it opens a published file.
-- `listed`: one row per server that may be listed, with its size class, its languages as codes, how far it reaches
-- and whether its version is a current one.
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

-- the numbers of a version as marts.versions has them
create macro version_name(version_text) as
    array_to_string(
        list_transform(regexp_extract_all(version_text, '\d+')[:3], lambda part: try_cast(part as bigint)),
        '.'
    );

create table listed as
select
    instances.*,
    size_class(instances.users_active_month, instances.users_total) as size,
    -- `all`: the server names no language at all; said languages go before detected ones
    language_codes(case when len(languages) > 0 then languages else languages_detected end) as language_codes,
    len(languages) = 0 and len(languages_detected) > 0 as is_language_detected,
    reach.reach_ratio,
    reach.coverage_ratio,
    versions.is_current
from published.marts.instances as instances
left join published.marts.reach as reach using (hostname)
left join
    published.marts.versions as versions
    on versions.software_name = instances.software_name
    and versions.software_version = version_name(instances.software_version)
where not instances.is_counting_refused;

create macro judged(search, registrations, software, wished_languages, sizes, includes_unreachable) as table
select
    *,
    search = ''
        or contains(hostname, lower(search))
        or contains(lower(title), lower(search)) is true
        or contains(lower(description), lower(search)) is true as fits_search,
    len(registrations) = 0 or list_contains(registrations, registration) as fits_registration,
    len(software) = 0 or list_contains(software, software_name) is true as fits_software,
    len(wished_languages) = 0 or list_has_any(language_codes, wished_languages) is true as fits_language,
    len(sizes) = 0 or list_contains(sizes, size) as fits_size,
    includes_unreachable or is_alive as fits_reach
from listed;

-- The servers that fit all wishes, with their place in the order asked for: a number, or a text. Numbers are negative
-- where the largest come first, so that those who do not say come last either way.
create macro placed(
    search, registrations, software, wished_languages, sizes, includes_unreachable, sort, descending
) as table
select
    *,
    len(rules) as rules_count,
    if(descending, -1, 1) * case sort
        when 'users_active_month' then users_active_month
        when 'users_active_month_30d_ratio' then users_active_month_30d_ratio
        when 'users_total' then users_total
        when 'local_posts' then local_posts
        when 'uptime_ratio_90d' then uptime_ratio_90d
        when 'peers_count' then peers_count
        when 'named_by_count' then named_by_count
        when 'first_seen_at' then epoch_us(first_seen_at)
        when 'checked_at' then epoch_us(checked_at)
    end::double as place_number,
    case sort when 'software_name' then software_name when 'hostname' then hostname end as place_text
from judged(search, registrations, software, wished_languages, sizes, includes_unreachable)
where fits_search and fits_registration and fits_software and fits_language and fits_size and fits_reach;

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
