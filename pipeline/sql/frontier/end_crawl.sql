update raw.crawls
set ended_at = $now, end_reason = $reason
where crawl_id = $crawl_id
;
