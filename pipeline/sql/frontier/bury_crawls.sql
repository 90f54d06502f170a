-- Crawls that never said how they ended: they died with their last check.
update raw.crawls
set
    end_reason = 'died',
    ended_at = coalesce(
        (
            select max(raw.checks.started_at)
            from raw.checks
            where raw.checks.crawl_id = raw.crawls.crawl_id
        ),
        started_at -- it stored nothing
    )
where ended_at is null and crawl_id <> $crawl_id
;
