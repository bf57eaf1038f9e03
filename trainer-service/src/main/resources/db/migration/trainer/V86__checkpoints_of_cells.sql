-- The newest checkpoint of a training with labels that is one figure of an evaluation, or one line of a run's table, while that
-- is looked for. It is there once its row is: the objects were written before. Its owner is one or the other, hence no key.
create table cell_checkpoint (
  owner_id text primary key,
  cell text not null,
  step bigint not null,
  fence bigint not null,
  -- That training took so far.
  seconds double precision not null,
  files json not null
);
