-- One row: how many servers fit the reader's wishes, and what they say together.
select
    count(*) as instances_known,
    count(users_active_month) as instances_reporting,
    sum(users_active_month)::bigint as users_active_month
from judged($wishes)
where fits_registration and fits_software and fits_language and fits_size and fits_rest
