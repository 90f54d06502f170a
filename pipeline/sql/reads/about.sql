-- One row: what this published file is.
select * from published.marts.about
