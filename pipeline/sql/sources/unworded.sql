-- One row per row of the file, where no words are to be translated.
create or replace temp view worded as
from said
