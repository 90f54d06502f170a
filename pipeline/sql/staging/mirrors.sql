-- One row per host that says it is another host, where both answer and say the same of themselves.
-- hostname | the host that is another name
-- main_hostname | the server it says it is
-- unique hostname
-- not_null hostname, main_hostname

with recursive
    answering as (
        select hostname, likeness from frontier.hosts where last_answered_at is not null
    ),
    claims as (
        select staging.aliases.hostname, staging.aliases.alias_hostname as main_hostname
        from staging.aliases
        join answering as mine using (hostname)
        join answering as theirs on theirs.hostname = staging.aliases.alias_hostname
        where staging.aliases.evidence <> 'redirect' and mine.likeness = theirs.likeness
    ),
    -- a name of a name is a name of the server
    chains as (
        select hostname, main_hostname
        from claims
        union
        select chains.hostname, claims.main_hostname
        from chains
        join claims on claims.hostname = chains.main_hostname
    )
select chains.hostname, min(chains.main_hostname) as main_hostname
from chains
where
    -- of hosts that each say they are the other, the first by name is the server
    chains.main_hostname < chains.hostname
    or not exists (
        select 1
        from chains as back
        where back.hostname = chains.main_hostname and back.main_hostname = chains.hostname
    )
group by chains.hostname
