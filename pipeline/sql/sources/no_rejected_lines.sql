-- No line has been rejected yet; only CSV files have lines that are no rows.
create or replace temp table rejected_lines (line bigint, reason varchar, said varchar)
