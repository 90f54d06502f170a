-- One row per server of a stretch of the directory, in the order asked for, after the place where the stretch before ended.
-- $sort is one of the names below. Servers that do not say come last whichever way it is sorted; equal ones by hostname.
-- $is_begun says whether there is a stretch before; $last_number, $last_text and $last_hostname are its last place.
select
    hostname,
    title,
    description,
    software_name,
    software_version,
    is_current,
    registration,
    registration_path,
    minimum_age,
    is_reason_required,
    is_email_required,
    has_captcha,
    languages,
    languages_detected,
    language_codes,
    is_language_detected,
    topics,
    rules_count,
    rules_language_codes,
    users_total,
    users_total_standing,
    users_total_30d_ratio,
    users_active_month,
    users_active_month_standing,
    users_active_month_30d_ratio,
    users_active_halfyear,
    local_posts,
    local_posts_standing,
    local_comments,
    numbers_source,
    size,
    domains_known,
    max_characters,
    peers_count,
    peers_state,
    named_by_count,
    reach_ratio,
    is_list_published,
    country,
    provider,
    cdn,
    is_alive,
    last_outcome,
    uptime_ratio_90d,
    uptime_low_ratio_90d,
    uptime_high_ratio_90d,
    checks_90d,
    first_seen_at,
    checked_at,
    answered_at,
    place_number,
    place_text
from placed($wishes, $sort, $descending)
where
    not $is_begun
    or (place_number is null and $last_number is not null)
    or place_number > $last_number::double
    or (place_text is null and $last_text is not null)
    or if($descending, place_text < $last_text::varchar, place_text > $last_text::varchar)
    or (
        place_number is not distinct from $last_number::double
        and place_text is not distinct from $last_text::varchar
        and hostname > $last_hostname::varchar
    )
order by
    place_number nulls last,
    case when $descending then place_text end desc nulls last,
    case when not $descending then place_text end nulls last,
    hostname
limit $rows
