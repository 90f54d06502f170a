delete from raw.meta where key = 'communities_numbered';
insert into raw.meta select 'communities_numbered', value from computed_rows;
