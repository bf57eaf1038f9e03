-- What the newest evaluation of a run found outside its healthy band; null where all is well.
alter table run add column alarm json;

alter table run_event drop constraint run_event_kind_check;
alter table run_event add constraint run_event_kind_check
  check (kind in ('state', 'progress', 'evaluated', 'alarm'));

-- Specs say whether a collapse ends the run; those before went on.
update run set spec = jsonb_set(spec::jsonb, '{evaluation,stopOnCollapse}', 'false')::json;

-- What an objective that makes images makes of some, the newest of each name.
create table picture (
  run_id text not null references run on delete cascade,
  name text not null,
  step bigint not null,
  png bytea not null,
  primary key (run_id, name)
);
