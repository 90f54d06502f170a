-- What the verdicts need to say of a number; made for the connection that publishes.

-- the numbers of a version, comparable: '2025.10.0' → [2025, 10, 0]
create or replace temp macro version_key(version_text) as
    list_transform(
        regexp_extract_all(version_text, '\d+')[:3], lambda part: try_cast(part as bigint)
    );

-- whether a condition of rules/meaning.csv is fulfilled by the number it looks at
create or replace temp macro holds(asked, tested, bound, total, month, posts) as
    case asked
        when 'present'
        then tested is not null
        when 'absent'
        then tested is null
        when 'equals'
        then tested = bound
        when 'above'
        then tested > bound
        when 'above_total'
        then tested > bound * total
        when 'all_ones'
        then total = 1 and month = 1 and posts = 1
        when 'all_zero'
        then total = 0 and (month = 0 or month is null) and (posts = 0 or posts is null)
    end;

-- the registered part of a name nobody has looked up: its last two labels
create or replace temp macro last_labels(name_text) as
    array_to_string(string_split(name_text, '.')[-2:], '.');
