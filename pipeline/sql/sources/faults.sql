-- One row per row with values that cannot be meant: which, why, and what was said.
create or replace temp table faults as
with suspects as (
    select worded.* from worded semi join (from typed where is_suspect) as typed using (row_number)
),

listed as (
    select
        row_number,
        list_filter(
            [
                {'field': 'is_up', 'reason': truth_fault(is_up), 'said': is_up},
                {
                    'field': 'is_open_registrations',
                    'reason': truth_fault(is_open_registrations),
                    'said': is_open_registrations
                },
                {
                    'field': 'registration',
                    'reason': registration_fault(registration),
                    'said': registration
                },
                {'field': 'users_total', 'reason': number_fault(users_total), 'said': users_total},
                {
                    'field': 'users_active_month',
                    'reason': number_fault(users_active_month),
                    'said': users_active_month
                },
                {
                    'field': 'users_active_halfyear',
                    'reason': number_fault(users_active_halfyear),
                    'said': users_active_halfyear
                },
                {'field': 'local_posts', 'reason': number_fault(local_posts), 'said': local_posts},
                {
                    'field': 'local_comments',
                    'reason': number_fault(local_comments),
                    'said': local_comments
                },
                {'field': 'peers_count', 'reason': number_fault(peers_count), 'said': peers_count}
            ],
            lambda fault: fault.reason is not null
        ) as faults
    from suspects
)

select row_number, faults
from listed
where len(faults) > 0
