update frontier.hosts
set is_seed = true
where hostname in (select hostname from batch_seeds where is_seed) and not is_seed
;
