-- A dataset version that is embedded in the background, and the lease of whoever works on it.
create table embedding_job (
  id text primary key,
  state text not null check (state in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  reason text,
  cancel_requested boolean not null default false,
  model text not null,
  dimensions int not null,
  dataset text not null,
  version int not null,
  split text,
  format text not null check (format in ('PARQUET', 'NPY', 'BOTH')),
  -- Fixed when the job is made, so that a part is the same whoever makes it.
  part_samples int not null,
  total bigint not null,
  done bigint not null default 0,
  rate double precision not null default 0,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  idempotency_key text unique,
  request_sha256 text,
  fence bigint not null default 0,
  attempts int not null default 0,
  leased_until timestamptz
);
create index embedding_job_unfinished on embedding_job (id) where state in ('QUEUED', 'RUNNING');

-- A file of a part counts from the moment that it stands here.
create table embedding_file (
  job_id text not null references embedding_job on delete cascade,
  part int not null,
  name text not null,
  key text not null,
  samples bigint not null,
  bytes bigint not null,
  sha256 text not null,
  primary key (job_id, name)
);
