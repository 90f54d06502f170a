-- Which communities does the network fall into, how large are they, and what do they have in common?
select
    community,
    servers_count,
    users_active_month,
    software_name,
    round(software_ratio, 2) as software_ratio,
    language,
    round(language_ratio, 2) as language_ratio,
    largest_hostnames
from marts.communities
order by servers_count desc, community
