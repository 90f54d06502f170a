-- What one import brought.
insert into raw.imports by name
from batch_imports
