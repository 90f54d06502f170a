-- Where servers are, where that is news: nothing known is only news where something was.
insert into raw.hosting by name
with
    known as (
        select hostname, country, as_number, as_name
        from raw.hosting
        where hostname in (select hostname from batch_hosting)
        qualify row_number() over (partition by hostname order by seen_at desc) = 1
    )
select batch_hosting.*
from batch_hosting
left join known using (hostname)
where
    (batch_hosting.country, batch_hosting.as_number, batch_hosting.as_name)
    is distinct from (known.country, known.as_number, known.as_name)
