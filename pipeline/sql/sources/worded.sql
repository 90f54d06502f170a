-- One row per row of the file, its words translated as the mapping says.
create or replace temp view worded as
select
    said.* replace (
        coalesce(up.ours, said.is_up) as is_up,
        coalesce(opens.ours, said.is_open_registrations) as is_open_registrations,
        coalesce(registrations.ours, said.registration) as registration,
        coalesce(software.ours, said.software_name) as software_name
    )
from said
left join translations as up on up.field = 'is_up' and up.theirs = lower(trim(said.is_up))
left join
    translations as opens
    on opens.field = 'is_open_registrations'
    and opens.theirs = lower(trim(said.is_open_registrations))
left join
    translations as registrations
    on registrations.field = 'registration'
    and registrations.theirs = lower(trim(said.registration))
left join
    translations as software
    on software.field = 'software_name'
    and software.theirs = lower(trim(said.software_name))
