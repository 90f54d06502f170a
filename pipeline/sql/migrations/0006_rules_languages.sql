-- One row per text of rules that is shown: in which language it reads, and how sure that is. Null: nothing to tell.
-- `reader` is who read it; what another version read is read again.
create table computed.rules_languages (
    rules_md5 varchar not null, reader varchar not null, language varchar, confidence_ratio double
);
