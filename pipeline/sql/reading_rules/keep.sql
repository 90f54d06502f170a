-- Keep what was read.
insert into computed.rules_languages
select unnest($digests), $reader, unnest($languages), unnest($ratios)
