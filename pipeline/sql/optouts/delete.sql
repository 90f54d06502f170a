-- Everything that any table holds of leaving hosts, and what other rows say of them by name.
delete from raw.documents
where hash in (select hash from leaving_documents)
;
update raw.checks
set
    moved_to = null,
    detail = '',
    exchanges = null,
    notes = []
where
    hostname not in (select hostname from leaving)
    and (
        moved_to in (select hostname from leaving)
        or (
            outcome in ('redirected_away', 'foreign_href')
            and exists (select 1 from leaving where contains(raw.checks.detail, leaving.hostname))
        )
    )
;
delete from raw.checks
where hostname in (select hostname from leaving)
;
delete from raw.liveness_checks
where hostname in (select hostname from leaving)
;
delete from raw.peer_lists
where hostname in (select hostname from leaving)
;
delete from raw.hosting
where hostname in (select hostname from leaving)
;
delete from raw.activity
where hostname in (select hostname from leaving)
;
delete from raw.aliases
where
    hostname in (select hostname from leaving)
    or alias_hostname in (select hostname from leaving)
;
delete from raw.peer_edges_told
where source_id in (select id from leaving) or target_id in (select id from leaving)
;
delete from raw.peer_edges_past
where source_id in (select id from leaving) or target_id in (select id from leaving)
;
delete from raw.peer_details
where source_id in (select id from leaving) or target_id in (select id from leaving)
;
delete from raw.observations
where hostname in (select hostname from leaving)
;
delete from raw.rejected_rows
where hostname in (select hostname from leaving)
;
delete from raw.block_events
where
    hostname in (select hostname from leaving)
    or target in (select hostname from leaving)
;
delete from raw.imported_edges
where
    source_hostname in (select hostname from leaving)
    or target_hostname in (select hostname from leaving)
;
update frontier.hosts
set admitted_by = null
where admitted_by in (select hostname from leaving)
;
delete from frontier.hosts
where hostname in (select hostname from leaving)
;
delete from raw.hostnames
where hostname in (select hostname from leaving)
;
