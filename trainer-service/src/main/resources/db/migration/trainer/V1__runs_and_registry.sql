-- A run, its lease and what is known of it. `json` and not `jsonb`: people read these documents in the order written.
create table run (
  id text primary key,
  name text not null,
  state text not null check (state in ('QUEUED', 'RUNNING', 'EVALUATING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  reason text,
  spec json not null,
  -- What the data set was when the run was created: version, splits, classes, mean and std.
  dataset json not null,
  -- Everything that shapes the result and is not in the spec; fixed before step 0, reused by whoever resumes.
  plan json,
  progress json,
  figures json not null default '{}',
  cancel_requested boolean not null default false,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  -- The sequence of the newest row of run_event.
  last_event bigint not null default 0,
  -- How often the run was taken since it last got anywhere.
  fruitless_takes int not null default 0,
  owner text,
  fence bigint not null default 0,
  renewals bigint not null default 0
);
create index run_unfinished on run (id) where state in ('QUEUED', 'RUNNING', 'EVALUATING');
create index run_by_state on run (state, id);

create table creation (
  idempotency_key text primary key,
  request_sha256 text not null,
  run_id text not null references run on delete cascade,
  created_at timestamptz not null
);

create table run_event (
  run_id text not null references run on delete cascade,
  sequence bigint not null,
  kind text not null check (kind in ('state', 'progress', 'evaluated')),
  body json not null,
  at timestamptz not null,
  primary key (run_id, sequence)
);
create index run_event_age on run_event (at) where kind = 'progress';

create table metric (
  run_id text not null references run on delete cascade,
  step bigint not null,
  epoch int not null,
  loss double precision not null,
  learning_rate double precision not null,
  images_per_second double precision not null,
  at timestamptz not null,
  primary key (run_id, step)
);

create table evaluation (
  run_id text not null references run on delete cascade,
  step bigint not null,
  epoch int not null,
  figures json not null,
  at timestamptz not null,
  primary key (run_id, step)
);

-- One line of a finished run's table.
create table verdict (
  run_id text not null references run on delete cascade,
  encoder text not null,
  method text not null,
  fraction double precision not null,
  labels int not null,
  accuracy double precision not null,
  epochs int,
  primary key (run_id, encoder, method, fraction)
);

-- A checkpoint is there once its row is: the objects were written before.
create table checkpoint (
  run_id text not null references run on delete cascade,
  step bigint not null,
  fence bigint not null,
  files json not null,
  created_at timestamptz not null,
  primary key (run_id, step, fence)
);

-- A partition of athanor.batches, leased by one worker at a time.
create table mailbox (
  id text primary key,
  owner text,
  fence bigint not null default 0,
  renewals bigint not null default 0
);

create table model (
  name text primary key,
  -- Grows by one with every change; readers of athanor.models drop lower ones.
  revision bigint not null default 0,
  created_at timestamptz not null
);

create table model_version (
  model text not null references model,
  version int not null,
  -- PUBLISHING: reserved by a run whose files are on their way; nobody sees it.
  state text not null check (state in ('PUBLISHING', 'READY', 'RETIRED')),
  run_id text unique references run on delete set null,
  -- card.json to the byte, so that its SHA-256 holds.
  card text,
  files json not null default '[]',
  created_at timestamptz not null,
  primary key (model, version)
);

create table model_alias (
  model text not null,
  alias text not null,
  version int not null,
  primary key (model, alias),
  foreign key (model, version) references model_version
);

-- Records on their way to Kafka, written in the transaction that they tell of.
create table outbox (
  id bigint generated always as identity primary key,
  topic text not null,
  key text not null,
  value bytea not null
);
