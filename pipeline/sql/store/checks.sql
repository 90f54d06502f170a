insert into raw.checks by name
from batch_checks
;
