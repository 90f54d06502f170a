-- Everything is judged and summed anew.
set variable anew_sums_from = date '0001-01-01';
set variable anew_panels_from = date '0001-01-01';
create or replace temp table anew_judged (hostname varchar);
