-- One row per release that was held back and let through by a person: when, with which words, and why it was held.
create table raw.acceptances (
    accepted_at timestamptz not null, note varchar not null, reasons varchar[] not null
);
