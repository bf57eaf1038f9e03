-- Where the collapse figures among `figures` lie while all is well, by their names. Runs before have none: how many embeddings
-- theirs are of was not written down.
alter table run add column bands json not null default '{}';
