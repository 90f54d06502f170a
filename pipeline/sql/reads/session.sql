-- What the other reads share; made in the reader's own memory whenever it opens a published file.
-- `listed`: one row per server that may be listed, with its size class and its languages as codes.
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

create table listed as
select
    instances.*,
    size_class(users_active_month, users_total) as size,
    -- `all`: the server names no language at all; said languages go before detected ones
    language_codes(case when len(languages) > 0 then languages else languages_detected end) as language_codes,
    len(languages) = 0 and len(languages_detected) > 0 as is_language_detected
from published.marts.instances
where not is_counting_refused;

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
