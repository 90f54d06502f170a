-- Which hosts of the batch this crawl has stored already.
select hostname
from raw.checks
semi join batch_checks using (hostname)
where crawl_id = $crawl_id
;
