-- At most one row: everything that is published about one server.
select
    instances.*,
    language_codes(case when len(languages) > 0 then languages else languages_detected end) as language_codes,
    rules_language_codes(rules_languages, rules_language_detected) as rules_language_codes,
    len(languages) = 0 and len(languages_detected) > 0 as is_language_detected
from published.marts.instances
where hostname = $hostname
