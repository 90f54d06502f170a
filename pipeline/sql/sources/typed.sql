-- One row per row of the file, its values typed. Where one is NULL though something was said, the row
-- is a suspect: the value cannot be meant, or is a spelling of nothing.
create or replace temp table typed as
with judged as (
    select
        worded.*,
        names.hostname as parsed,
        case
            when $captured_at::timestamptz is null and moments.reason is not null
                then moments.reason
            when worded.hostname is null then 'no hostname'
            else names.reason
        end as reason,
        coalesce($captured_at::timestamptz, moments.captured_at) as seen_at,
        truth_of(is_up) as up,
        truth_of(is_open_registrations) as opens,
        case
            when registration is null and truth_of(is_approval_required) then 'approval'
            else registration_of(registration)
        end as state,
        -- `mastodon 4.2.1`: one column for both
        regexp_extract(text_of(software_name), '^(\S+?)[\s/]+v?([0-9].*)$', ['name', 'version'])
        as software,
        case
            when part is null then ''
            else trim(left(regexp_replace(lower(part), '[^a-z0-9._-]+', '-', 'g'), 40), '-')
        end as part_name,
        number_of(users_total) as total,
        number_of(users_active_month) as month,
        number_of(users_active_halfyear) as halfyear,
        number_of(local_posts) as posts,
        number_of(local_comments) as comments,
        number_of(peers_count) as peers
    from worded
    left join names on names.said = worded.hostname
    left join moments on moments.said is not distinct from worded.captured_at
)

select
    row_number,
    part_name as part,
    reason,
    hostname as said_hostname,
    captured_at as said_captured_at,
    seen_at as captured_at,
    parsed as hostname,
    up as is_up,
    total as users_total,
    month as users_active_month,
    halfyear as users_active_halfyear,
    posts as local_posts,
    comments as local_comments,
    peers as peers_count,
    -- a source that tells the states apart has thereby said whether anyone may sign up
    coalesce(
        opens, case when state != 'unknown' then state = 'open' end
    ) as is_open_registrations,
    state as registration,
    -- nothing was taken apart: coalesce takes the column as it is
    lower(coalesce(nullif(software.name, ''), text_of(software_name))) as software_name,
    coalesce(text_of(software_version), nullif(software.version, '')) as software_version,
    title as said_title,
    description as said_description,
    languages as said_languages,
    extra,
    (
        up is null and is_up is not null
        or opens is null and is_open_registrations is not null
        or state is null and registration is not null
        or total is null and users_total is not null
        or month is null and users_active_month is not null
        or halfyear is null and users_active_halfyear is not null
        or posts is null and local_posts is not null
        or comments is null and local_comments is not null
        or peers is null and peers_count is not null
    ) as is_suspect
from judged
