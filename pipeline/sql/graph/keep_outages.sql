delete from computed.outages;
insert into computed.outages by name from computed_rows;
