from published.marts.reach
where hostname = $hostname
