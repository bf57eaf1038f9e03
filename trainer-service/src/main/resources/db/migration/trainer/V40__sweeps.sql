-- A grid over fields of a run spec. Its cells are runs like any other; how far it is follows from theirs.
create table sweep (
  id text primary key,
  name text not null,
  -- Fields in the order written, each with its values; a cell's number says which ones are its own.
  grid json not null,
  idempotency_key text unique,
  request_sha256 text not null,
  created_at timestamptz not null
);

create table sweep_cell (
  sweep_id text not null references sweep on delete cascade,
  cell int not null,
  run_id text not null unique references run on delete cascade,
  primary key (sweep_id, cell)
);
