-- What the verdicts need to say of a number, and whose links are shown; made for the connection that
-- publishes.

-- the numbers of a version, comparable: '2025.10.0' → [2025, 10, 0]
create or replace temp macro version_key(version_text) as
    list_transform(
        regexp_extract_all(version_text, '\d+')[:3], lambda part: try_cast(part as bigint)
    );

-- whether a condition of rules/meaning.csv is fulfilled by the number it looks at
create or replace temp macro holds(asked, tested, bound, least_tested, total, month, posts, comments) as
    (least_tested is null or coalesce(tested, total) >= least_tested)
    and case asked
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
        when 'above_posts'
        -- coalesce: software that does not tell comments from posts
        then tested > bound * (posts + coalesce(comments, 0))
        when 'above_month'
        then tested > bound * month
        when 'below_month'
        then tested < bound * month
        when 'all_equal'
        then total = month and total = posts
        when 'all_ones'
        then total = 1 and month = 1 and posts = 1
        when 'all_zero'
        then total = 0 and (month = 0 or month is null) and (posts = 0 or posts is null)
    end;

-- the registered part of a name nobody has looked up: its last two labels
create or replace temp macro last_labels(name_text) as
    array_to_string(string_split(name_text, '.')[-2:], '.');

-- Wilson's 95 % interval of a share of hits among tries: its centre and half its width
create or replace temp macro wilson_centre(hits, tries) as
    (hits + 1.9208) / (tries + 3.8416);
create or replace temp macro wilson_half(hits, tries) as
    1.96 * sqrt(hits * (tries - hits) / nullif(tries, 0) + 0.9604) / (tries + 3.8416);

-- whether links of a server are shown: not those of very small ones, which are about people and not about
-- communities. More than ten registered or active users; who says neither counts as small until ten
-- servers name it
create or replace temp macro shows_links(users, active, named_by) as
    case
        when users is null and active is null
        then named_by >= 10
        else greatest(users, active) > 10
    end;

-- by what the text of some rules is known, so that a text which many servers share is read once
create or replace temp macro rules_md5(rules) as
    case when len(rules) > 0 then md5(array_to_string(rules, chr(10))) end;

-- least probability of a language that is told of rules: Danish read as Norwegian stays below it
create or replace temp macro least_rules_confidence() as 0.8;
