-- A model in Hugging Face's layout that a caller brings, and its lease: its files lie in the bucket until a worker has made
-- versions of them.
create table model_import (
  id text primary key,
  model text not null,
  state text not null check (state in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED')),
  reason text,
  -- What is being done, for people.
  phase text,
  -- Where the files lie until it has ended.
  prefix text not null,
  files json not null,
  idempotency_key text unique,
  request_sha256 text not null,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  -- How often it was taken.
  fruitless_takes int not null default 0,
  owner text,
  fence bigint not null default 0,
  renewals bigint not null default 0
);
create index model_import_unfinished on model_import (id) where state in ('QUEUED', 'RUNNING');
create index model_import_by_model on model_import (model, id);

-- A version comes from a run, from an import, or from an upload, which names neither.
alter table model_version add column import_id text references model_import;
alter table model_version add constraint model_version_of_import unique (import_id, model);
