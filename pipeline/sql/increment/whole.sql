-- Everything is made anew: from the first day on, whoever it is.
set variable anew_from = date '0001-01-01';
set variable anew_hosts_from = date '0001-01-01';
set variable anew_past_from = date '0001-01-01';
set variable whole_at = getvariable('published_at');
create or replace temp table anew_hosts (hostname varchar);
create or replace temp table anew_asked (hostname varchar);
