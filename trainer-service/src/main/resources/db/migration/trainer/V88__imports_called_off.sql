-- Imports can be called off, as runs and evaluations can.
alter table model_import drop constraint model_import_state_check;
alter table model_import add constraint model_import_state_check
  check (state in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'));
alter table model_import add column cancel_requested boolean not null default false;
