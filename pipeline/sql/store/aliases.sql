-- Each name and its evidence once, dated when first told.
insert into raw.aliases by name
from batch_aliases
anti join raw.aliases using (hostname, alias_hostname, alias_evidence)
;
