-- One row per ok check: what the server said of itself. NodeInfo's number where it gives one, else
--    that of the server's own API; none where it asks not to be counted.
-- hostname | who said it
-- checked_at | when, UTC
-- checked_on | its day, UTC
-- is_counting_refused | whether the server asks not to be counted
-- is_withheld | whether it withholds its numbers on purpose
-- software_name | canonical name of its software
-- software_version | as it says
-- users_total | registered users, self-reported
-- users_active_month | MAU, self-reported
-- users_active_halfyear | users active in 180 days, self-reported
-- local_posts | local posts, self-reported
-- local_comments | local comments, self-reported
-- set_aside | JSON: what it says of a number that cannot be meant, e.g. a negative number of posts
-- numbers_source | which document gave the first number there is: nodeinfo or instance
-- registration | open, approval, invite, closed or unknown: the server's own word; without one NodeInfo's
--    flag, unless its software always says the same (rules/registration.csv)
-- has_instance | whether the check brought the server's own description
-- nodeinfo_name | what NodeInfo calls it
-- nodeinfo_description | what NodeInfo says of it
-- nodeinfo_languages | BCP 47 codes in NodeInfo
-- instance_title | from here on: the server's own description, as raw.checks has it
-- instance_description | see there
-- instance_registration | see there
-- instance_registration_path | see there
-- instance_minimum_age | see there
-- instance_is_reason_required | see there
-- instance_is_email_required | see there
-- instance_has_captcha | see there
-- instance_languages | see there
-- instance_languages_detected | see there
-- instance_rules | see there
-- instance_rules_languages | see there
-- instance_topics | see there
-- instance_domains_known | see there
-- instance_max_characters | see there
-- unique hostname, checked_at
-- not_null hostname, checked_at, registration

with
    said as (
        select
            checks.*,
            -- coalesce: the second source speaks only where the first is silent
            case
                when not is_counting_refused then coalesce(nodeinfo_users_total, instance_users_total)
            end as users_total,
            case
                when not is_counting_refused
                then coalesce(nodeinfo_users_active_month, instance_users_active_month)
            end as users_active_month,
            case
                when not is_counting_refused
                then coalesce(nodeinfo_users_active_halfyear, instance_users_active_halfyear)
            end as users_active_halfyear,
            case
                when not is_counting_refused then coalesce(nodeinfo_local_posts, instance_local_posts)
            end as local_posts,
            case
                when not is_counting_refused
                then coalesce(nodeinfo_local_comments, instance_local_comments)
            end as local_comments,
            case
                when is_counting_refused
                then null
                when
                    coalesce(
                        nodeinfo_users_total, nodeinfo_users_active_month, nodeinfo_local_posts
                    )
                    is not null
                then 'nodeinfo'
                when
                    coalesce(
                        instance_users_total, instance_users_active_month, instance_local_posts
                    )
                    is not null
                then 'instance'
            end as numbers_source
        from raw.checks as checks
        anti join staging.opted_out_hosts using (hostname)
        where outcome = 'ok'
    )
select
    hostname,
    started_at as checked_at,
    started_at::date as checked_on,
    is_counting_refused,
    -- no NodeInfo withholds nothing
    coalesce(nodeinfo_is_statistics_hidden, false) as is_withheld,
    nodeinfo_software_name as software_name,
    nodeinfo_software_version as software_version,
    case when users_total >= 0 then users_total end as users_total,
    case when users_active_month >= 0 then users_active_month end as users_active_month,
    case when users_active_halfyear >= 0 then users_active_halfyear end as users_active_halfyear,
    case when local_posts >= 0 then local_posts end as local_posts,
    case when local_comments >= 0 then local_comments end as local_comments,
    case
        when
            least(
                users_total, users_active_month, users_active_halfyear, local_posts, local_comments
            )
            < 0
        then
            to_json(
                map_from_entries(
                    list_filter(
                        [
                            ('users_total', users_total),
                            ('users_active_month', users_active_month),
                            ('users_active_halfyear', users_active_halfyear),
                            ('local_posts', local_posts),
                            ('local_comments', local_comments)
                        ],
                        lambda entry: entry[2] < 0
                    )
                )
            )::varchar
    end as set_aside,
    numbers_source,
    case
        when has_instance
        then coalesce(instance_registration, 'unknown')
        when
            (nodeinfo_software_name, nodeinfo_is_open_registrations::varchar)
            in (select (software, said) from rules.registration)
        then 'unknown'
        when nodeinfo_is_open_registrations
        then 'open'
        when not nodeinfo_is_open_registrations
        then 'closed'
        else 'unknown'
    end as registration,
    has_instance,
    nodeinfo_name,
    nodeinfo_description,
    nodeinfo_languages,
    instance_title,
    instance_description,
    instance_registration,
    instance_registration_path,
    instance_minimum_age,
    instance_is_reason_required,
    instance_is_email_required,
    instance_has_captcha,
    instance_languages,
    instance_languages_detected,
    instance_rules,
    instance_rules_languages,
    instance_topics,
    instance_domains_known,
    instance_max_characters
from said
