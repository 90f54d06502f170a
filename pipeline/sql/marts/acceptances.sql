-- One row per release that the guard held back (data/expectations.toml) and a person let through.
-- accepted_at | when it was published all the same, UTC
-- note | what that person said about it
-- reasons | why it was held back
-- unique accepted_at
-- not_null accepted_at, note, reasons

select accepted_at, note, reasons
from raw.acceptances
order by accepted_at
