delete from computed.backbone_edges;
insert into computed.backbone_edges by name from computed_rows;
