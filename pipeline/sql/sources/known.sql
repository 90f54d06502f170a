-- One row: how many of the good rows are there already, and how many of those said something else.
select
    count(*) as rows_known,
    count(*) filter (
        where
            (
                good.is_up,
                good.users_total,
                good.users_active_month,
                good.users_active_halfyear,
                good.local_posts,
                good.local_comments,
                good.peers_count,
                good.is_open_registrations,
                good.registration,
                good.software_name,
                good.software_version
            ) is distinct from (
                kept.is_up,
                kept.users_total,
                kept.users_active_month,
                kept.users_active_halfyear,
                kept.local_posts,
                kept.local_comments,
                kept.peers_count,
                kept.is_open_registrations,
                kept.registration,
                kept.software_name,
                kept.software_version
            )
    ) as rows_differing
from good
join raw.observations as kept using (source, captured_at, hostname)
