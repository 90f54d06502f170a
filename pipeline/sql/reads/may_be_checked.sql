-- One row: whether one host is published or named by published servers, and when it was asked last.
select
    exists (from published.marts.instances where hostname = $hostname)
    or exists (from published.marts.hostnames where hostname = $hostname) as is_known,
    (select checked_at from published.marts.instances where hostname = $hostname) as checked_at
