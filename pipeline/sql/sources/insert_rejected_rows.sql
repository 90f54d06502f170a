-- The rows of one import that became no observation.
insert into raw.rejected_rows by name
from batch_rejected_rows
