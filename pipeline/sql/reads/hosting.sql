-- Where one server is hosted; at most one row.
from published.marts.hosting
where hostname = $hostname
