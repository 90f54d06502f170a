insert into raw.crawls by name
select $crawl_id as crawl_id, $now::timestamptz as started_at, $host_limit::bigint as host_limit
where not exists (select 1 from raw.crawls where crawl_id = $crawl_id)
;
