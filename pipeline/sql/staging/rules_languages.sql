-- One row per text of rules that is shown: the language that it reads as.
-- rules_md5 | digest of the text, lines joined
-- language | primary subtag; null = too short, in several languages, or no language
-- confidence_ratio | probability that the detector gives it
-- unique rules_md5
-- not_null rules_md5
-- check confidence_ratio between 0 and 1 or language is null

select rules_md5, language, confidence_ratio
from computed.rules_languages
