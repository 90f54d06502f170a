-- One row per release that was held back and let through, the newest first.
select accepted_at, note, reasons
from published.marts.acceptances
order by accepted_at desc
