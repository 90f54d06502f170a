-- One row per crawl, the newest first.
select * from published.marts.crawls order by started_at desc limit $rows
