delete from computed.graph_nodes;
insert into computed.graph_nodes by name from computed_rows;
