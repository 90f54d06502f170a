-- One row per liveness check: whether a watched server answered, between the visits of the census. Apart
-- from raw.checks, because it asks for NodeInfo only and knows nothing of what a visit brings.
create table raw.liveness_checks (
    crawl_id varchar not null,
    hostname varchar not null,
    started_at timestamptz not null,
    seconds double not null,
    outcome varchar not null,
    requests_count integer not null,
    body_bytes bigint not null
);
