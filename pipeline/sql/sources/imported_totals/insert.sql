-- Every good row that is not there yet.
insert into raw.imported_totals by name
select good.*
from good
where
    not exists (
        from raw.imported_totals as kept
        where
            kept.source = good.source
            and kept.captured_at = good.captured_at
            and kept.software_name is not distinct from good.software_name
            and kept.software_version is not distinct from good.software_version
    )
order by source, captured_at, software_name, software_version
