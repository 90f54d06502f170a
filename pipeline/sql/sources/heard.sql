-- One row per row of the file: what becomes of it, and why it is left out, if it is.
create or replace temp view heard as
select
    typed.* exclude (reason, extra, is_suspect, said_title, said_description, said_languages),
    coalesce(
        typed.reason,
        case when repeated.row_number is not null then 'the same host twice in one capture' end
    ) as reason,
    faults.faults,
    titles.plain as title,
    descriptions.plain as description,
    words_of(said_languages) as languages,
    case
        when faults.faults is null then extra
        else
            json_merge_patch(
                -- nothing else was said
                coalesce(extra, '{}'),
                json_object(
                    'set_aside',
                    map_from_entries(
                        list_transform(
                            faults.faults, lambda fault: {'k': fault.field, 'v': fault.said[:200]}
                        )
                    )
                )
            )::varchar
    end as extra
from typed
left join repeated on repeated.row_number = typed.row_number
left join faults on faults.row_number = typed.row_number
left join texts as titles on titles.said = typed.said_title and titles.is_title
left join
    texts as descriptions
    on descriptions.said = typed.said_description
    and not descriptions.is_title
