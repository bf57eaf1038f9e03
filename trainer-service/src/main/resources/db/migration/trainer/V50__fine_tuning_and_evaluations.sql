-- The published encoder that a run goes on from, as it was when the run was created; null where weights were random.
alter table run add column parent json;

-- Specs say whether the table probes z as well; those before did not.
update run set spec = jsonb_set(spec::jsonb, '{evaluation,projection}', 'false')::json;

-- An evaluation of a published encoder on a labelled data set, and its lease.
create table appraisal (
  id text primary key,
  model text not null,
  dataset text not null,
  state text not null check (state in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  reason text,
  -- The request with its defaults, the encoder as its card says, and the data set as it was.
  spec json not null,
  encoder json not null,
  facts json not null,
  progress json,
  -- What fixes the bits of the result beside the spec: known once it was taken, reused by whoever resumes.
  threads int,
  augmenter_build text,
  cancel_requested boolean not null default false,
  idempotency_key text unique,
  request_sha256 text not null,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  last_event bigint not null default 0,
  fruitless_takes int not null default 0,
  owner text,
  fence bigint not null default 0,
  renewals bigint not null default 0
);
create index appraisal_unfinished on appraisal (id) where state in ('QUEUED', 'RUNNING');
create index appraisal_by_model on appraisal (model, id);
create index appraisal_by_dataset on appraisal (dataset, id);

-- One finished cell: it is not computed again.
create table appraisal_cell (
  appraisal_id text not null references appraisal on delete cascade,
  method text not null,
  -- "1 %" or "10 a class"
  share text not null,
  seed bigint not null,
  cell json not null,
  primary key (appraisal_id, method, share, seed)
);

create table appraisal_event (
  appraisal_id text not null references appraisal on delete cascade,
  sequence bigint not null,
  kind text not null check (kind in ('state', 'progress', 'cell')),
  body json not null,
  at timestamptz not null,
  primary key (appraisal_id, sequence)
);
create index appraisal_event_age on appraisal_event (at) where kind = 'progress';
