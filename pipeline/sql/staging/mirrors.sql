-- One row per host that says it is another host, where both answer and say the same of themselves.
-- hostname | the host that is another name
-- main_hostname | the server it says it is
-- unique hostname
-- not_null hostname, main_hostname

with
    answering as (
        select hostname, likeness from frontier.hosts where last_answered_at is not null
    ),
    claims as (
        select staging.aliases.hostname, staging.aliases.alias_hostname as main_hostname
        from staging.aliases
        join answering as mine using (hostname)
        join answering as theirs on theirs.hostname = staging.aliases.alias_hostname
        where staging.aliases.evidence <> 'redirect' and mine.likeness = theirs.likeness
    )
select claims.hostname, min(claims.main_hostname) as main_hostname
from claims
where
    -- of two hosts that each say they are the other, the first by name is the server
    claims.main_hostname < claims.hostname
    or not exists (
        select 1
        from claims as back
        where back.hostname = claims.main_hostname and back.main_hostname = claims.hostname
    )
group by claims.hostname
