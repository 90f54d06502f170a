-- One row per element of the array `instances` in a JSON object (the answer of a paged API).
create or replace temp table objects as
with answers as (
    select json
    from read_json_objects(
        $path,
        format = 'unstructured',
        compression = $compression,
        maximum_object_size = $largest_bytes
    )
),

elements as (select unnest((json -> '$.instances')::json[]) as json from answers)

select row_number() over () as row_number, json
from elements
