-- Versions that callers upload: PENDING until an embedding-service has tried them, then READY or REJECTED.
alter table model_version drop constraint model_version_state_check;
alter table model_version add constraint model_version_state_check
  check (state in ('PUBLISHING', 'PENDING', 'READY', 'REJECTED', 'RETIRED'));

alter table model_version
  -- Where the objects lie; null is model/version/, as runs publish them.
  add column prefix text,
  -- Why it was rejected.
  add column reason text,
  -- What the trial measured.
  add column trial json,
  -- Who tries it now: a trial holds the version until then, and only the newest fence may judge.
  add column trial_until timestamptz,
  add column trial_fence bigint not null default 0,
  add column trial_attempts int not null default 0;
create index model_version_pending on model_version (created_at) where state = 'PENDING';

create table model_upload (
  idempotency_key text primary key,
  request_sha256 text not null,
  model text not null,
  version int not null,
  created_at timestamptz not null,
  foreign key (model, version) references model_version
);
