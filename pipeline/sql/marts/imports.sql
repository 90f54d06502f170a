-- One row per file whose rows were imported, with what was left out of it.
-- import_id | the import
-- kind | which importer read it
-- source | whose observations they are
-- file_name | name of the file
-- file_sha256 | hash of its bytes
-- captured_at | when the whole file was captured, UTC; null = its rows say so
-- imported_at | when it was read, UTC
-- rows_read | rows in it
-- rows_kept | of these, new observations
-- rows_rejected | of these, left out (marts.rejected_rows)
-- unique import_id
-- not_null import_id, kind, source, file_name, imported_at

select
    import_id,
    kind,
    source,
    file_name,
    file_sha256,
    captured_at,
    imported_at,
    rows_read,
    rows_kept,
    rows_rejected
from raw.imports
order by imported_at, import_id
