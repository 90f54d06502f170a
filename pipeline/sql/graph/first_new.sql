-- The first number that no community ever had.
select value from raw.meta where key = 'communities_numbered'
;
