-- A jump of one server within a day that was an artefact: lemmy.world on the second and third of March 2024.
select users_active_month
from marts.instance_days
where
    source = 'awesome-lemmy-instances'
    and hostname = 'lemmy.world'
    and day_on in ('2024-03-02', '2024-03-03')
order by day_on
