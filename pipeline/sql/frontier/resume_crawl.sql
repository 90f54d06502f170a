update raw.crawls
set ended_at = null, end_reason = null, host_limit = $host_limit
where crawl_id = $crawl_id
;
