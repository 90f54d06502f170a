from published.marts.communities
order by servers_count desc, community
