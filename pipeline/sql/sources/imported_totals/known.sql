-- One row: how many of the good rows are there already, and how many of those said something else.
select
    count(*) as rows_known,
    count(*) filter (
        where
            (good.instances, good.users_total, good.users_active_month, good.local_posts)
            is distinct from (
                kept.instances, kept.users_total, kept.users_active_month, kept.local_posts
            )
    ) as rows_differing
from good
join
    raw.imported_totals as kept
    on kept.source = good.source
    and kept.captured_at = good.captured_at
    and kept.software_name is not distinct from good.software_name
    and kept.software_version is not distinct from good.software_version
