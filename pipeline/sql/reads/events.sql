-- Events, the newest first; of one server where one is named.
from published.marts.events
where ($hostname is null or hostname = $hostname) and happened_on >= $since
order by happened_on desc, hostname, event
limit $rows
