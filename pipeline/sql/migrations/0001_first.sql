-- The first shape of the tables that no record gives. Tables derived from records are not here.
create schema raw;

create schema frontier;

create schema staging;

-- One row per fact about the warehouse itself.
create table raw.meta (key varchar not null, value varchar not null);

-- One row per hostname ever named or asked; peer edges refer to it by its number.
create table raw.hostnames (
    id integer not null, hostname varchar not null, registrable_domain varchar not null
);

-- One row per kind of peer edge.
create table raw.peer_kinds (id utinyint not null, kind varchar not null);

-- One row per edge that holds now: source said it of target, first in the list of first_seen_at.
create table raw.peer_edges (
    source_id integer not null,
    kind_id utinyint not null,
    target_id integer not null,
    first_seen_at timestamptz not null
);

-- One row per edge that held once: gone from the complete list of removed_at.
create table raw.peer_edges_past (
    source_id integer not null,
    kind_id utinyint not null,
    target_id integer not null,
    first_seen_at timestamptz not null,
    removed_at timestamptz not null
);

-- One row per distinct document; the exchanges of raw.checks refer to it by its hash.
create table raw.documents (
    hash uuid not null,
    first_seen_at timestamptz not null,
    body_bytes bigint not null,
    body blob using compression zstd
);

-- One row per crawl.
create table raw.crawls (
    crawl_id varchar not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    end_reason varchar,
    host_limit bigint
);

-- One row per hostname that asked to stay out, subdomains included (data/optouts.csv).
create table raw.optouts (hostname varchar not null);

-- One row per host admitted to be visited: what must be remembered to say when it is due again.
create table frontier.hosts (
    id integer not null,
    hostname varchar not null,
    registrable_domain varchar not null,
    is_seed boolean not null,
    admitted_at timestamptz not null,
    admitted_by varchar,
    named_by_domains_count integer not null,
    due_at timestamptz not null,
    peers_due_at timestamptz,
    leased_until timestamptz,
    last_crawl_id varchar,
    last_checked_at timestamptz,
    last_answered_at timestamptz,
    last_outcome varchar,
    is_counting_refused boolean,
    failures_count integer not null,
    failing_since timestamptz,
    likeness ubigint
);
