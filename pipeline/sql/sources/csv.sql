-- One row per line of a CSV file that has as many values as the header; the others are rejects.
select *
from read_csv(
    $path,
    header = true,
    auto_detect = false,
    columns = $columns,
    delim = $delimiter,
    quote = '"',
    escape = '"',
    compression = $compression,
    strict_mode = $is_strict,
    store_rejects = true,
    rejects_limit = 0
)
