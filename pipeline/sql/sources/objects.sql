-- One row per element of a JSON array.
create or replace temp table objects as
select row_number() over () as row_number, json
from read_json_objects($path, format = 'array', compression = $compression)
