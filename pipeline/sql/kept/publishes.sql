-- One row: what the next publish must know of this one.
-- recipe | digest of the statements, the rules and the program that made the tables [none]
-- imports | digest of what was imported until then [none]
-- refusals | digest of who asks to stay out, or not to be counted [none]
-- whole_at | when all of the tables were last made anew, UTC
-- is_checked | whether the promises of its tables were looked at
-- not_null recipe, whole_at, is_checked

select
    getvariable('recipe') as recipe,
    (select bit_xor(hash(imports)) from raw.imports as imports) as imports,
    (select bit_xor(hash(hostname)) from staging.refusing_hosts) as refusals,
    getvariable('whole_at') as whole_at,
    getvariable('is_checked') as is_checked
