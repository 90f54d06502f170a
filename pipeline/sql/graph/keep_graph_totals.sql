delete from computed.graph_totals where day_on in (select day_on from computed_rows);
insert into computed.graph_totals by name from computed_rows;
