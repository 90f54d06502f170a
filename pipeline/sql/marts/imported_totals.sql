-- One row per total that a source counted itself: of everything, of one software, or of
--    one version.
-- source | whose total it is
-- captured_at | when it was counted, UTC
-- software_name | of this software only; null = of everything that the source counts
-- software_version | of this version only
-- instances | how many instances
-- users_total | registered users
-- users_active_month | MAU
-- local_posts | local posts
-- unique source, captured_at, software_name, software_version
-- not_null source, captured_at

select
    source,
    captured_at,
    software_name,
    software_version,
    instances,
    users_total,
    users_active_month,
    local_posts
from raw.imported_totals
order by source, captured_at, software_name, software_version
