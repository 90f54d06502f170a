-- Why everything must be made anew; null = it need not.
select
    case
        when recipe <> getvariable('recipe')
        then 'statements, rules or the program have changed'
        when imports is distinct from (select bit_xor(hash(imports)) from raw.imports as imports)
        then 'something was imported'
        -- of what is deleted one by one, bytes would stay in the file
        when refusals is distinct from (select bit_xor(hash(hostname)) from staging.refusing_hosts)
        then 'others ask to stay out, or not to be counted'
        when whole_at > getvariable('published_at')
        then 'the clock was set back'
        -- days that are added one by one lie scattered in the file
        when whole_at <= getvariable('published_at') - to_days($most_days)
        then 'it was last done ' || $most_days || ' days ago'
        when getvariable('anew_from') is null
        then 'nobody had answered'
        when getvariable('anew_from') < getvariable('published_at')::date - $most_changed_days
        then 'days since ' || getvariable('anew_from') || ' have changed'
    end as reason
from former.kept.publishes
