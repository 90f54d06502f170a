-- Each distinct document once.
insert into raw.documents
select hash::uuid, first_seen_at, body_bytes, body
from batch_documents
anti join raw.documents on raw.documents.hash = batch_documents.hash::uuid
;
