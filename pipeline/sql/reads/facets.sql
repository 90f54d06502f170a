-- One row per filter and option: how many servers it would leave, the other filters kept as they are.
with
    judgements as materialized (
        select
            registration,
            software_name,
            language_codes,
            size,
            fits_registration,
            fits_software,
            fits_language,
            fits_size
        from judged($wishes)
        where fits_rest
    ),
    options as (
        select 'registration' as facet, registration as option
        from judgements
        where fits_software and fits_language and fits_size
        union all
        select 'software', software_name
        from judgements
        where fits_registration and fits_language and fits_size and software_name is not null
        union all
        select 'language', unnest(language_codes)
        from judgements
        where fits_registration and fits_software and fits_size
        union all
        select 'size', size
        from judgements
        where fits_registration and fits_software and fits_language
    )
select facet, option, count(*) as instances_known
from options
group by facet, option
order by facet, instances_known desc, option
