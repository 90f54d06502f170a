-- What the page for operators reads beyond published.sql: versions that servers went through, and events, one of
-- them with a hostile word. Run after published.sql, on the same file; the cohorts are made by their own statement.
alter table marts.instance_days alter column software_version type varchar;

update marts.instance_days
set software_version = case when day_on > getvariable('published_at')::date - 9 then '4.5.2' else '4.5.1' end
where source = 'herdbook';

create table marts.events as
select
    (getvariable('published_at')::date - (hash(hostname) % 20)::int)::date as happened_on,
    hostname,
    event,
    said_before,
    said_after,
    servers_count
from marts.instances,
    (
        values
            ('registration_closed', 'open', 'closed', null),
            ('software_changed', '<img src=http://evil.invalid/e.png>', 'mastodon', null),
            ('blocks_added', null, null, 3)
    ) as happened (event, said_before, said_after, servers_count)
where is_alive and not is_counting_refused
order by happened_on desc, hostname, event;
