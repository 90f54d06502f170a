-- What another reader read, and of texts that nobody shows any more.
delete from computed.rules_languages
where
    reader <> $reader
    or rules_md5 not in (
        select rules_md5(instance_rules) from kept.last_checks where len(instance_rules) > 0
    )
