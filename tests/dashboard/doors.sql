-- What doors read beside published.sql and network.sql: sign-up over time, a version that changed, hostile events.
create or replace table marts.registration_spans as
select
    'herdbook' as source,
    hostname,
    current_date - 30 as from_on,
    current_date as until_on,
    registration,
    31::bigint as days_count,
    true as is_last
from marts.instances
where registration <> 'unknown';

update marts.instance_days
set software_version = case when day_on > current_date - 5 then '2.0' else '1.0' end
where source = 'herdbook' and hostname = (select min(hostname) from marts.instance_days where source = 'herdbook');

insert into marts.events values
    (current_date, 'hostile.example', 'moved', null, '<script>]]>&' || chr(1) || chr(65535) || chr(8238) || 'evil.example', null);
