-- How text becomes a value, and what is wrong with it where it does not. NULL = nothing was said.
create or replace temp macro text_of(said) as
    case when lower(trim(said)) in ('', 'null', 'none', 'n/a', '-') then null else trim(said) end;

-- integers exactly, `1977.0` and `1e3` too; NaN sorts above every number and is none here
create or replace temp macro number_of(said) as
    case
        when
            try_cast(said as double) between 0 and 9.2e18
            and try_cast(said as double) = floor(try_cast(said as double))
            then try_cast(said as bigint)
    end;

create or replace temp macro number_fault(said) as
    case
        when text_of(said) is null or number_of(said) is not null then null
        when try_cast(said as double) is null or isnan(try_cast(said as double))
            then 'not a number'
        when try_cast(said as double) < 0 then 'negative'
        when try_cast(said as double) > 9.2e18 then 'too large'
        else 'not a whole number'
    end;

create or replace temp macro truth_of(said) as
    case
        when lower(trim(said)) in ('true', 't', '1', 'yes', 'y', 'up', 'online', 'open')
            then true
        when lower(trim(said)) in ('false', 'f', '0', 'no', 'n', 'down', 'offline', 'closed')
            then false
    end;

create or replace temp macro truth_fault(said) as
    case when text_of(said) is not null and truth_of(said) is null then 'neither yes nor no' end;

create or replace temp macro registration_of(said) as
    case
        when lower(trim(said)) in ('open', 'approval', 'invite', 'closed', 'unknown')
            then lower(trim(said))
    end;

create or replace temp macro registration_fault(said) as
    case
        when text_of(said) is not null and registration_of(said) is null
            then 'none of open, approval, invite, closed, unknown'
    end;

-- ISO 8601 (UTC where it has no offset), or seconds or milliseconds since 1970
create or replace temp macro time_of(said) as
    case
        when regexp_full_match(text_of(said), '[0-9]{9,10}([.][0-9]+)?')
            then to_timestamp(try_cast(text_of(said) as double))
        when regexp_full_match(text_of(said), '[0-9]{12,13}')
            then to_timestamp(try_cast(text_of(said) as double) / 1000)
        else try_cast(text_of(said) as timestamptz)
    end;

-- identi.ca, the first of them all, opened in July 2008
create or replace temp macro time_fault(said, now) as
    case
        when text_of(said) is null then 'no capture time'
        when time_of(said) is null then 'captured_at is no time'
        when time_of(said) < timestamptz '2008-07-01 00:00:00+00' then 'captured before July 2008'
        when time_of(said) > now + interval 1 day then 'captured in the future'
    end;

-- `["en","de"]`, `[en, de]`, `en, de` and `en`
create or replace temp macro words_of(said) as
    list_filter(
        list_transform(
            string_split_regex(coalesce(said, ''), '[,;\s]+'),
            lambda word: lower(trim(word, '[]"'' '))
        ),
        lambda word: word not in ('', 'null', 'none')
    );
